import { describe, expect, it } from 'vitest';
import { csvRows } from '#contract/csv-rows.ts';
import { csvOf, marked, unescaped } from './csv-text.ts';

const texts = ['=1+1', '+86 10', '-5', '@who', '\tx', '＝x', "'=x", "''@", "'plain", 'a"b,c;d', '甲\n乙', 'plain'];

describe('text cells of an export', () => {
  it('are nothing that a spreadsheet computes', () => {
    const cells = csvOf(texts.map((text) => [text]))
      .slice(1)
      .split('\r\n');
    expect(cells.filter((cell) => /^"?[=+\-@\t＝]/.test(cell))).toEqual([]);
    expect(csvOf([[-5, null]])).toBe('\ufeff-5,\r\n');
  });

  it('come back from a workbook too, where they stand as they are', () => {
    expect(texts.map(marked).map((cell) => unescaped(String(cell)))).toEqual(texts);
    expect([marked('=1'), marked("'=1"), marked(-1)]).toEqual(['=1', "''=1", -1]);
  });

  it('come back as they were', async () => {
    const found: string[][] = [];
    for await (const { cells } of csvRows([csvOf([['x', 'y'], ...texts.map((text) => [text, 'z'])])]))
      found.push(cells.map(unescaped));
    expect(found.slice(1)).toEqual(texts.map((text) => [text, 'z']));
  });
});
