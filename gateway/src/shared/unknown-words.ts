/** Words by which devices, programs and spreadsheets say that a value is not known. One list for messages and files. */

const UNKNOWN_WORDS = new Set([
  ...['', 'nan', '+nan', '-nan', 'null', 'nil', 'none', 'undefined', 'unknown', 'unavailable', 'missing', 'n/a', 'na'],
  ...['-', '--', '—', '/', '?', '无', '无数据', '缺失', '未知', '空'],
  // What a spreadsheet shows where a formula has no result.
  ...['#n/a', '#value!', '#ref!', '#div/0!', '#name?', '#null!', '#num!'],
]);

/** Whether `text` says that the value is not known, which is never a zero. */
export const isUnknownWord = (text: string): boolean => UNKNOWN_WORDS.has(text.trim().toLowerCase());
