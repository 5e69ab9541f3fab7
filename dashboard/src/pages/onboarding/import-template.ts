/** An empty device list with headings in the reader's language. */
import type { Language } from '../../i18n/language.ts';
import { importColumns } from './import-columns.ts';

/** With a byte order mark: Excel takes it for GBK otherwise. */
export function csvTemplate(language: Language): Blob {
  const heading = importColumns.map((column) => column[language]).join(',');
  return new Blob([`\ufeff${heading}\r\n`], { type: 'text/csv;charset=utf-8' });
}

interface Sheets {
  readonly sheet: string;
  readonly help: string;
  readonly needed: string;
  readonly optional: string;
}

/** The list on the first sheet, what its columns take on the second. */
export async function workbookTemplate(language: Language, words: Sheets): Promise<Blob> {
  const { default: writeWorkbook } = await import('write-excel-file/universal');
  const bold = { fontWeight: 'bold' } as const;
  const heading = importColumns.map((column) => ({ value: column[language], ...bold }));
  const help = importColumns.map(({ [language]: name, isNeeded, hint }) => [
    name,
    isNeeded ? words.needed : words.optional,
    hint[language],
  ]);
  return writeWorkbook([
    { data: [heading], sheet: words.sheet, columns: heading.map(() => ({ width: 16 })) },
    { data: help, sheet: words.help, columns: [{ width: 16 }, { width: 12 }, { width: 60 }] },
  ]).toBlob();
}
