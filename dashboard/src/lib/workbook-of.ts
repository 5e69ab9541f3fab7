import type { Cell } from './csv-text.ts';

/** An Excel file of sheets. Text stays text, also where it looks like a number or a formula. */
export async function workbookOf(
  sheets: readonly { readonly name: string; readonly rows: readonly (readonly Cell[])[] }[],
): Promise<Blob> {
  const { default: writeWorkbook } = await import('write-excel-file/universal');
  return writeWorkbook(
    sheets.map(({ name, rows }) => ({
      sheet: name,
      data: rows.map((row) => row.map((value) => (typeof value === 'string' ? { value, type: String } : value))),
      columns: (rows[0] ?? []).map(() => ({ width: 20 })),
    })),
  ).toBlob();
}
