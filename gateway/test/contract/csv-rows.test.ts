import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvRow, csvRows } from '#contract/csv-rows.ts';

async function rowsOf(...chunks: string[]): Promise<Pick<CsvRow, 'line' | 'cells' | 'fault'>[]> {
  const rows: Pick<CsvRow, 'line' | 'cells' | 'fault'>[] = [];
  for await (const { heading: _, separator: __, ...row } of csvRows(chunks)) rows.push(row);
  return rows;
}

const cellsOf = async (...chunks: string[]): Promise<(readonly string[])[]> =>
  (await rowsOf(...chunks)).map(({ cells }) => cells);

describe('CSV as spreadsheets write it', () => {
  it('reads byte order mark, CRLF, blank lines and a last line without an end', async () => {
    expect(await rowsOf('\uFEFFa,b\r\n\r\n1,2\r\n3,4')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 3, cells: ['1', '2'] },
      { line: 4, cells: ['3', '4'] },
    ]);
  });

  it('reads quotes, doubled quotes, separators and line breaks in quotes', async () => {
    expect(await rowsOf('a,b,c\n"x, y","say ""hi""",""\n"two\nlines",2,3\nlast,,\n')).toEqual([
      { line: 1, cells: ['a', 'b', 'c'] },
      { line: 2, cells: ['x, y', 'say "hi"', ''] },
      { line: 3, cells: ['two\nlines', '2', '3'] },
      { line: 5, cells: ['last', '', ''] },
    ]);
  });

  it('takes a quote that does not open a cell for a sign like others', async () => {
    expect(await rowsOf('name,size,note\n1/2" meter,3,a\n3/4" meter,4,"b ""c""\nd"\ne "f", g,5\n')).toEqual([
      { line: 1, cells: ['name', 'size', 'note'] },
      { line: 2, cells: ['1/2" meter', '3', 'a'] },
      { line: 3, cells: ['3/4" meter', '4', 'b "c"\nd'] },
      { line: 5, cells: ['e "f"', ' g', '5'] },
    ]);
    expect(await cellsOf('a;b\nx,"y;1\n2" z;3\n')).toEqual([
      ['a', 'b'],
      ['x,"y', '1'],
      ['2" z', '3'],
    ]);
  });

  it('takes the separator of the header', async () => {
    expect(await cellsOf('a;b\n1,5;2\n')).toEqual([
      ['a', 'b'],
      ['1,5', '2'],
    ]);
    expect(await cellsOf('a\tb\n1\t2\n')).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
  });

  it('loses only the line whose quote is never closed', async () => {
    expect(await rowsOf('a,b\n1,"2\n3,4\n5,6\n')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: [], fault: 'open-quote' },
      { line: 3, cells: ['3', '4'] },
      { line: 4, cells: ['5', '6'] },
    ]);
  });

  it('reads the same whatever pieces the file comes in', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r', ' ', '电'), maxLength: 6 });
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(table, fc.array(fc.nat(200), { maxLength: 6 }), async (rows, cuts) => {
        const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const text = ['"h",h,h', ...rows.map((row) => row.map(quoted).join(','))].join('\r\n');
        const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((to, i) => text.slice(places[i], to));
        const normal = rows.map((row) => row.map((one) => one.replaceAll('\r\n', '\n')));
        expect((await cellsOf(...pieces)).slice(1)).toEqual(normal);
      }),
      { numRuns: 300, verbose: 1 },
    );
  });

  it('never holds more than one piece and one row', async () => {
    let made = 0;
    const endless = (function* () {
      yield 'a,b\n';
      for (; ; made += 1) yield '1,2\n'.repeat(100);
    })();
    let read = 0;
    for await (const row of csvRows(endless)) {
      read += row.cells.length;
      if (made > read / 200 + 1) break;
      if (read > 200_000) break;
    }
    expect(read).toBeGreaterThan(200_000);
  });
});

describe('the heading', () => {
  const isHeading = (cells: readonly string[]): boolean => cells.includes('device') && cells.includes('value');
  const headed = async (text: string): Promise<CsvRow[]> => {
    const rows: CsvRow[] = [];
    for await (const row of csvRows([text], isHeading)) rows.push(row);
    return rows;
  };

  it('is found below a title, whatever separator the title suggests', async () => {
    expect(await headed('No 1 school, meters\nas of 2 March, 8:00\n\ndevice;value\na;1,5\n')).toEqual([
      { line: 4, cells: ['device', 'value'], separator: ';', heading: { skippedLines: 2 } },
      { line: 5, cells: ['a', '1,5'], separator: ';' },
    ]);
  });

  it('is the first line where no line is one, and nothing is lost', async () => {
    const rows = await headed('meter,kwh\na,1\nb,2\n');
    expect(rows).toEqual([
      { line: 1, cells: ['meter', 'kwh'], separator: ',', heading: { skippedLines: 0 } },
      { line: 2, cells: ['a', '1'], separator: ',' },
      { line: 3, cells: ['b', '2'], separator: ',' },
    ]);
    const long = Array.from({ length: 80 }, (_, n) => `m${n},${n}`).join('\n');
    expect((await headed(`meter,kwh\n${long}`)).length).toBe(81);
  });

  it('takes the separator that the first line names', async () => {
    for (const first of ['sep=;', '"sep=;"', 'SEP=;\r'])
      expect((await headed(`${first}\ndevice;value\na,b;1\n`)).map(({ cells }) => cells)).toEqual([
        ['device', 'value'],
        ['a,b', '1'],
      ]);
    expect((await headed('sep=|\ndevice|value\na|1\n'))[1]?.cells).toEqual(['a', '1']);
  });

  it('begins anew after the annotations of a table', async () => {
    const rows = await headed(
      '#datatype,string,double\n#default,,\n,device,value\n,a,1\n\n#datatype,string\n,value,device\n,2,b\n',
    );
    expect(rows.map(({ line, heading }) => [line, heading !== undefined])).toEqual([
      [3, true],
      [4, false],
      [7, true],
      [8, false],
    ]);
  });
});
