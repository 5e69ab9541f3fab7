import type { Text } from '#contract/enums.ts';

/** Digits that a spreadsheet keeps of a number. */
const KEPT_DIGITS = 15;
const SCIENTIFIC = /^[+-]?\d(?:[.,]\d+e[+-]?\d+|e[+-]\d+)$/i;
const LONG_NUMBER = /^\d{16,}$/;
const MONTHS = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec';
const AS_DATE = new RegExp(`^(?:\\d{1,2}-(?:${MONTHS})|(?:${MONTHS})-\\d{2}|\\d{1,2}月\\d{1,2}日)$`, 'i');
const AS_ERROR = /^#[A-Z/0]+[!?]?$/;

const damage = (zh: string, en: string): Text => ({
  zh: `${zh}，两台设备可能变成一台。请把这一列设为“文本”，重新填写或重新导出`,
  en: `${en}, and two devices could become one. Make the column text and fill it in or export it again`,
});

/**
 * Why an identifier cannot be the one that was written into a spreadsheet: shortened to 2.02307E+11, cut off after 15
 * digits, or turned into a date or an error. Two meters of such a list would become one.
 * @returns undefined for an identifier that shows no such damage
 */
export function damagedId(text: string): Text | undefined {
  const id = text.trim();
  if (SCIENTIFIC.test(id)) {
    return damage(`“${id}”是被表格软件缩写的数字`, `${id} is a number that a spreadsheet shortened`);
  }
  if (LONG_NUMBER.test(id) && /^0+$/.test(id.slice(KEPT_DIGITS))) {
    return damage(
      `“${id}”超过 ${KEPT_DIGITS} 位，后面的数字被表格软件改成了 0`,
      `${id} has more than ${KEPT_DIGITS} digits, and a spreadsheet made the last ones 0`,
    );
  }
  if (AS_DATE.test(id)) return damage(`“${id}”被表格软件改成了日期`, `${id} is a date that a spreadsheet made of it`);
  if (AS_ERROR.test(id)) return damage(`“${id}”是表格软件的错误值`, `${id} is an error value of a spreadsheet`);
  return undefined;
}
