/** Several words in one cell of a device list, as the export writes them and the import reads them back. */

const SEPARATORS = ',，、;；|\n';
const NEEDS_QUOTES = new RegExp(`^"|[${SEPARATORS}]`);
/** A word in quotes, quotes inside it twice, or all up to the next separator. */
const WORD = new RegExp(
  `\\s*(?:"((?:[^"]|"")*)"\\s*(?=[${SEPARATORS}]|$)|([^${SEPARATORS}]*))(?:[${SEPARATORS}]|$)`,
  'y',
);

/** `one; "two, three"`: words with a separator inside stand in quotes. */
export function listText(words: readonly string[]): string {
  return words.map((word) => (NEEDS_QUOTES.test(word) ? `"${word.replaceAll('"', '""')}"` : word)).join('; ');
}

/** @returns The words of a cell, without blanks around them; separators are , ， 、 ; ； | and line breaks. */
export function listOf(text: string): string[] {
  const words: string[] = [];
  for (let at = 0; at < text.length; at = WORD.lastIndex) {
    WORD.lastIndex = at;
    const found = WORD.exec(text);
    if (found === null) break;
    const word = (found[1]?.replaceAll('""', '"') ?? found[2] ?? '').trim();
    if (word !== '') words.push(word);
  }
  return words;
}
