import { describe, expect, it } from 'vitest';
import { headingOf, importColumns } from './import-columns.ts';
import { csvRows, decoded, lostDigits, readDeviceFile } from './import-file.ts';
import { findingsOf, importTable } from './import-table.ts';
import { csvTemplate } from './import-template.ts';

describe('a CSV file', () => {
  it('is split at what its first line is split at, quotes as usual', () => {
    expect(csvRows('a,b\r\n"1,5","say ""hi"""\n')).toEqual([
      ['a', 'b'],
      ['1,5', 'say "hi"'],
    ]);
    expect(csvRows('\ufeffa;b\n1,5;2')).toEqual([
      ['a', 'b'],
      ['1,5', '2'],
    ]);
    expect(csvRows('a\tb\n\n1\t')).toEqual([['a', 'b'], [''], ['1', '']]);
    expect(csvRows('a,b\n"two\nlines",x')[1]).toEqual(['two\nlines', 'x']);
    expect(csvRows('')).toEqual([]);
  });

  it('is UTF-8, or GBK where it is not', () => {
    expect(decoded(new TextEncoder().encode('编号'))).toBe('编号');
    expect(decoded(Uint8Array.from([0xb1, 0xe0, 0xba, 0xc5]))).toBe('编号');
  });

  it('that is a workbook of before 2007, too large, broken or empty says so', async () => {
    const read = (bytes: readonly number[], size = bytes.length) =>
      readDeviceFile(Object.defineProperty(new File([Uint8Array.from(bytes)], 'x'), 'size', { value: size }));
    expect(await read([0xd0, 0xcf, 0x11])).toEqual({ ok: false, problem: 'old-workbook' });
    expect(await read([0x50, 0x4b, 3, 4])).toEqual({ ok: false, problem: 'not-a-workbook' });
    expect(await read([0x2c, 0x0a])).toEqual({ ok: false, problem: 'empty' });
    expect(await read([0x61], 6 * 1024 * 1024)).toEqual({ ok: false, problem: 'too-large' });
  });
});

describe('a device list', () => {
  const lines = [[''], ['编号', '名称', '', '楼栋', '编号'], ['a', '甲', 'x', '1', 'b'], ['', ''], ['c', lostDigits]];

  it('keeps the lines of the file, and leaves out what has no name, comes twice or was dropped', () => {
    const table = importTable(lines, new Set(['楼栋']));
    expect(table.headings).toEqual(['编号', '名称']);
    expect(table.rows).toEqual([
      { line: 3, cells: { 编号: 'a', 名称: '甲' } },
      { line: 5, cells: { 编号: 'c' } },
    ]);
    expect(table.lost).toEqual([{ line: 5, column: '名称' }]);
  });

  it('says once what is wrong with a whole column, and by line the rest', () => {
    const table = importTable(lines, new Set());
    const unknown = { column: '楼栋', message: { zh: '不认识', en: 'unknown' } };
    const missing = { column: 'kind', message: { zh: '缺', en: 'missing' } };
    const result = {
      added: 0,
      rows: [
        { line: 3, device: null, errors: [unknown, missing] },
        { line: 5, device: null, errors: [unknown, missing, { column: '名称', message: { zh: '空', en: 'empty' } }] },
      ],
    };
    const { columns, byLine } = findingsOf(table, result, { zh: '丢', en: 'lost' });
    expect(columns).toEqual([unknown]);
    expect(byLine.get(3)).toEqual([missing]);
    expect(byLine.get(5)?.map(({ message }) => message.en)).toEqual(['lost', 'missing']);
  });

  it('has a template with a mark that keeps Excel from reading it as GBK', async () => {
    const bytes = new Uint8Array(await csvTemplate('zh').arrayBuffer());
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(csvRows(decoded(bytes))[0]).toEqual(importColumns.map(({ zh }) => zh));
    expect([headingOf('kind', 'zh'), headingOf('自定', 'zh')]).toEqual(['类型', '自定']);
  });
});
