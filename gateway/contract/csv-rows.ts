/**
 * CSV as spreadsheets and databases write it, row by row: quotes, line breaks in quotes, CRLF, byte order mark; comma,
 * semicolon or tab, or what a first line `sep=;` says. `#datatype`, `#group` and `#default` of InfluxDB are no rows.
 */

export interface CsvRow {
  /** 1-based line on which the row begins. */
  readonly line: number;
  readonly cells: readonly string[];
  /** What parts the cells. Where it is no comma, one in a number may be its decimal sign. */
  readonly separator: string;
  /** Why the row cannot be read; its cells are then empty. */
  readonly fault?: 'open-quote' | undefined;
  /** A heading: the first row, and each row that follows an annotation, as where a second table begins. */
  readonly heading?: { readonly skippedLines: number };
}

/** Whether these cells are the heading; a file may begin with a title, a date and the name of the school. */
export type IsHeading = (cells: readonly string[]) => boolean;

/** Lines that are looked at for the heading. */
const HEADING_WITHIN = 50;
const SEPARATORS = [',', ';', '\t'];
const SEPARATOR_LINE = /^"?sep=(.)"?;*\s*$/i;
const ANNOTATION = /^"?#(?:datatype|group|default)"?[,;\t]/;

/** A quote that is never closed would swallow the rest of the file. */
const MAX_ROW_CHARACTERS = 65_536;

/**
 * @param chunks text of the file in pieces of any size; memory is bounded by one piece and one row
 * @param isHeading lines before the heading are left out; without it, or where no line is one, the first row is the heading
 * @returns rows that are not blank, the heading first
 */
export async function* csvRows(
  chunks: AsyncIterable<string> | Iterable<string>,
  isHeading: IsHeading = () => true,
): AsyncGenerator<CsvRow> {
  const split = rowSplitter(isHeading);
  for await (const chunk of chunks) yield* split.take(chunk);
  yield* split.end();
}

interface RowSplitter {
  take(chunk: string): Generator<CsvRow>;
  end(): Generator<CsvRow>;
}

function rowSplitter(isHeading: IsHeading): RowSplitter {
  let rest = '';
  let line = 0;
  let separator: string | undefined;
  /** A row that goes on because a quote is open, and the line it began on. */
  let open: { text: string; readonly line: number; lines: number } | undefined;

  /** Until the heading is found; undefined afterwards. */
  let before: { readonly text: string; readonly line: number }[] | undefined = [];

  const cellsOf = (text: string, sign: string): string[] =>
    text.includes('"') ? quotedCells(text, sign) : text.split(sign);
  const row = function* (text: string, at: number): Generator<CsvRow> {
    if (text.trim() === '') return;
    // A logger that loses power leaves NULs where its next line was to stand, and some end every text with one.
    if (text.includes('\0')) return yield* row(text.replaceAll('\0', ''), at);
    const said = at === 1 ? SEPARATOR_LINE.exec(text)?.[1] : undefined;
    if (said !== undefined) separator = said;
    if (said !== undefined) return;
    if (ANNOTATION.test(text)) {
      before ??= [];
      return;
    }
    if (before === undefined) {
      separator ??= separatorOf(text);
      yield { line: at, cells: cellsOf(text, separator), separator };
      return;
    }
    before.push({ text, line: at });
    const signs = separator === undefined ? [separatorOf(text), ...SEPARATORS] : [separator];
    const found = signs.find((sign) => isHeading(cellsOf(text, sign)));
    if (found !== undefined) {
      const skippedLines = before.length - 1;
      before = undefined;
      separator = found;
      yield { line: at, cells: cellsOf(text, found), separator, heading: { skippedLines } };
    } else if (before.length >= HEADING_WITHIN) yield* withoutHeading();
  };
  /** No line is a heading: the first is taken for one, and the rest follows. */
  const withoutHeading = function* (): Generator<CsvRow> {
    const [first, ...after] = before ?? [];
    before = undefined;
    if (first === undefined) return;
    separator ??= separatorOf(first.text);
    const cells = cellsOf(first.text, separator);
    yield { line: first.line, cells, separator, heading: { skippedLines: 0 } };
    for (const { text, line: at } of after) yield* row(text, at);
  };
  const takeLine = function* (raw: string): Generator<CsvRow> {
    line += 1;
    const text = line === 1 ? raw.replace(/^\uFEFF/, '') : raw;
    if (open === undefined) {
      if (isWhole(text, separator)) yield* row(text, line);
      else open = { text, line, lines: 1 };
      return;
    }
    open.text += `\n${text}`;
    open.lines += 1;
    if (isWhole(open.text, separator)) {
      const { text: whole, line: at } = open;
      open = undefined;
      yield* row(whole, at);
    } else if (open.text.length > MAX_ROW_CHARACTERS) {
      yield* broken();
    }
  };
  /** Only the line with the quote is lost: those after it are read again for themselves. */
  const broken = function* (): Generator<CsvRow> {
    if (open === undefined) return;
    const [, ...after] = open.text.split('\n');
    yield { line: open.line, cells: [], separator: separator ?? ',', fault: 'open-quote' };
    line = open.line;
    open = undefined;
    for (const text of after) yield* takeLine(text);
  };
  return {
    *take(chunk) {
      const text = rest + chunk;
      let from = 0;
      for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
        yield* takeLine(text.slice(from, text[to - 1] === '\r' && to > from ? to - 1 : to));
        from = to + 1;
      }
      rest = text.slice(from);
    },
    *end() {
      if (rest !== '') yield* takeLine(rest.replace(/\r$/, ''));
      while (open !== undefined) yield* broken();
      yield* withoutHeading();
    },
  };
}

function separatorOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '');
  const counted = SEPARATORS.map((one) => ({ one, count: bare.split(one).length }));
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).one;
}

/**
 * Whether no quote is open at the end. Only a quote at the start of a cell opens one, any other is a sign like others
 * (`1/2" meter`); doubled ones inside stand for one.
 * @param separator undefined as long as no heading tells it: each of the usual ones then begins a cell
 */
function isWhole(text: string, separator: string | undefined): boolean {
  const signs = separator === undefined ? SEPARATORS : [separator];
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) {
    if (at > 0 && !signs.includes(text[at - 1] ?? '')) continue;
    at = closingQuote(text, at + 1);
    if (at === -1) return false;
  }
  return true;
}

/** Where the quoted text ends that begins at `from`; -1 when it does not end. */
function closingQuote(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  return end;
}

function quotedCells(text: string, separator: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= text.length; ) {
    if (text[at] === '"') {
      let cell = '';
      let from = at + 1;
      let end = text.indexOf('"', from);
      while (end !== -1 && text[end + 1] === '"') {
        cell += text.slice(from, end + 1);
        from = end + 2;
        end = text.indexOf('"', from);
      }
      if (end === -1) end = text.length;
      const next = text.indexOf(separator, end);
      cells.push(cell + text.slice(from, end) + text.slice(end + 1, next === -1 ? text.length : next));
      at = next === -1 ? text.length + 1 : next + 1;
      continue;
    }
    const next = text.indexOf(separator, at);
    cells.push(text.slice(at, next === -1 ? text.length : next));
    at = next === -1 ? text.length + 1 : next + 1;
  }
  return cells;
}
