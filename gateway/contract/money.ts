/** Yuan as every page, sentence and command says them: always two decimals, thousands grouped. */
const amount = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** ¥1,234.50; −¥0.50 for what is given back. */
export function money(yuan: number): string {
  const shown = amount.format(Math.abs(yuan));
  return yuan < 0 && shown !== '0.00' ? `−¥${shown}` : `¥${shown}`;
}
