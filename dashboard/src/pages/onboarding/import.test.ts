import { describe, expect, it } from 'vitest';
import { headingOf, importColumns } from './import-columns.ts';
import { decoded, type FileRow, lostDigits, readDeviceFile, textRows } from './import-file.ts';
import { findingsOf, importTable } from './import-table.ts';
import { csvTemplate } from './import-template.ts';

describe('a CSV file', () => {
  it('is split at what its heading is split at, quotes as usual, lines as in the file', async () => {
    const cells = async (text: string) => (await textRows(text)).rows.map((row) => row.cells);
    expect(await cells('编号,名称\r\n"1,5","say ""hi"""\n')).toEqual([
      ['编号', '名称'],
      ['1,5', 'say "hi"'],
    ]);
    expect(await cells('\ufeffid;name\n1,5; 2 ')).toEqual([
      ['id', 'name'],
      ['1,5', '2'],
    ]);
    expect(await textRows('id\tname\n\n1\t\n\t\n')).toEqual({
      skippedLines: 0,
      rows: [
        { line: 1, cells: ['id', 'name'] },
        { line: 3, cells: ['1', ''] },
      ],
    });
    expect(await cells('')).toEqual([]);
  });

  it('says its separator itself, and may begin with a title and a date', async () => {
    expect(await textRows('sep=;\n第一中学,设备清单;\n2026年3月1日\n\n编号;名称;位置\na;甲,乙;一层\n')).toEqual({
      skippedLines: 2,
      rows: [
        { line: 5, cells: ['编号', '名称', '位置'] },
        { line: 6, cells: ['a', '甲,乙', '一层'] },
      ],
    });
    // Where no line is a heading the first one is taken, so that what is wrong with it can be said.
    expect(await textRows('代号,叫法\na,甲\n')).toMatchObject({ skippedLines: 0, rows: [{ line: 1 }, { line: 2 }] });
  });

  it('loses only the line with a quote that is never closed, and says so', async () => {
    const { rows } = await textRows('编号,名称\na,"甲\nb,乙\n');
    expect(rows.map(({ line, isBroken }) => [line, isBroken])).toEqual([
      [1, undefined],
      [2, true],
      [3, undefined],
    ]);
    const table = importTable(rows, new Set());
    const words = { digits: { zh: '', en: '' }, quote: { zh: '引号', en: 'quote' } };
    const answer = { added: 0, rows: table.rows.map(({ line }) => ({ line, device: null, errors: [] })) };
    expect(findingsOf(table, answer, words).byLine).toEqual(new Map([[2, [{ column: null, message: words.quote }]]]));
  });

  it('has its cells as they were before they were kept from being formulas', async () => {
    const { rows } = await textRows(`编号,名称\na,'=1\nb,"'-二"\nc,'三\n`);
    expect(rows.slice(1).map((row) => row.cells[1])).toEqual(['=1', '-二', "'三"]);
  });

  it('is UTF-8, or GBK where it is not', () => {
    expect(decoded(new TextEncoder().encode('编号'))).toBe('编号');
    expect(decoded(Uint8Array.from([0xb1, 0xe0, 0xba, 0xc5]))).toBe('编号');
  });

  it('is what its mark says, and NULs in it are nothing', () => {
    expect(decoded(Uint8Array.from([0xff, 0xfe, 0x16, 0x7f, 0xf7, 0x53, 0x09, 0x00]))).toBe('编号\t');
    expect(decoded(Uint8Array.from([0xfe, 0xff, 0x7f, 0x16, 0x53, 0xf7]))).toBe('编号');
    expect(decoded(new TextEncoder().encode('\ufeffid,name\n\0\0'))).toBe('id,name\n');
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

describe('a workbook that unfolds', () => {
  const read = async (zip: Promise<Uint8Array<ArrayBuffer>>) => readDeviceFile(new File([await zip], 'x.xlsx'));
  const sheet = (mebibytes: number): Uint8Array<ArrayBuffer> => new Uint8Array(mebibytes * 1024 * 1024).fill(0x20);

  it('to 400 MB is refused by what it says of itself, before it is unpacked', async () => {
    const bomb = zipOf(sheet(40), { claimed: 400 * 1024 * 1024 });
    expect((await bomb).length).toBeLessThan(1024 * 1024);
    expect(await read(bomb)).toEqual({ ok: false, problem: 'unfolds-too-large' });
  });

  it('from far less than text ever shrinks to is refused', async () => {
    expect(await read(zipOf(sheet(4)))).toEqual({ ok: false, problem: 'unfolds-too-large' });
  });

  it('to more than it says is refused once that much has come out', async () => {
    expect(await read(zipOf(sheet(40), { claimed: 1_000 }))).toEqual({ ok: false, problem: 'unfolds-too-large' });
  });

  it('to little is read: here it is no workbook', async () => {
    const little = new TextEncoder().encode('<x/>');
    expect(await read(zipOf(little))).toEqual({ ok: false, problem: 'not-a-workbook' });
    // Cut off, or pointing out of itself.
    expect(await read(zipOf(little).then((zip) => zip.slice(0, 60)))).toEqual({ ok: false, problem: 'not-a-workbook' });
    expect(await read(zipOf(little, { start: 0xffff }))).toEqual({ ok: false, problem: 'not-a-workbook' });
  });
});

/** A zip of one deflated entry. */
async function zipOf(
  content: Uint8Array<ArrayBuffer>,
  { claimed = content.length, start = 0 }: { claimed?: number; start?: number } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const deflated = new Blob([content]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const packed = new Uint8Array(await new Response(deflated).arrayBuffer());
  const name = new TextEncoder().encode('xl/workbook.xml');
  const record = (length: number, numbers: readonly (readonly [at: number, value: number])[]) => {
    const bytes = new Uint8Array(length);
    for (const [at, value] of numbers) new DataView(bytes.buffer).setUint32(at, value, true);
    return bytes;
  };
  // Method 8 and the length of the name are 16 bits wide; what follows them is 0.
  const local = record(30, [
    [0, 0x04034b50],
    [8, 8],
    [18, packed.length],
    [22, claimed],
    [26, name.length],
  ]);
  const entry = record(46, [
    [0, 0x02014b50],
    [10, 8],
    [20, packed.length],
    [24, claimed],
    [28, name.length],
    [42, start],
  ]);
  const directory = local.length + name.length + packed.length;
  const end = record(22, [
    [0, 0x06054b50],
    [8, 1 + (1 << 16)],
    [12, entry.length + name.length],
    [16, directory],
  ]);
  return new Uint8Array(await new Blob([local, name, packed, entry, name, end]).arrayBuffer());
}

describe('a device list', () => {
  const lines: readonly FileRow[] = [
    { line: 2, cells: ['编号', '名称', '', '楼栋', '编号'] },
    { line: 3, cells: ['a', '甲', 'x', '1', 'b'] },
    { line: 5, cells: ['c', lostDigits] },
  ];

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
    const { columns, byLine } = findingsOf(table, result, {
      digits: { zh: '丢', en: 'lost' },
      quote: { zh: '', en: '' },
    });
    expect(columns).toEqual([unknown]);
    expect(byLine.get(3)).toEqual([missing]);
    expect(byLine.get(5)?.map(({ message }) => message.en)).toEqual(['lost', 'missing']);
  });

  it('has a template with a mark that keeps Excel from reading it as GBK', async () => {
    const bytes = new Uint8Array(await csvTemplate('zh').arrayBuffer());
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect((await textRows(decoded(bytes))).rows[0]?.cells).toEqual(importColumns.map(({ zh }) => zh));
    expect([headingOf('kind', 'zh'), headingOf('自定', 'zh')]).toEqual(['类型', '自定']);
  });
});
