/** Tables as text for spreadsheets, and their cells read back. */
export type Cell = string | number | null;

/**
 * A cell that begins like this is taken for a formula, in full-width signs and after blanks too. The quotes in front tell
 * what is escaped from what is not.
 */
const FORMULA = /^'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/;

const escaped = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** A cell as it was before it was escaped. */
export const unescaped = (text: string): string => (text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text);

/** For a workbook, whose text computes nothing: only a mark that reading would take away is doubled. */
export const marked = (cell: Cell): Cell => (typeof cell === 'string' && unescaped(cell) !== cell ? `'${cell}` : cell);

/** With a byte order mark, which Excel needs to read Chinese, and nothing in it that a spreadsheet computes. */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  const cell = (value: Cell): string => {
    if (value === null) return '';
    if (typeof value === 'number') return String(value);
    const text = escaped(value);
    return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `\ufeff${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}
