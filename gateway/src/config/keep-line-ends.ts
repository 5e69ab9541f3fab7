/** An edit of a text that sees `\n` only; every line that stays keeps its own line end, and the file its byte order mark. */
export function keepLineEnds(text: string, edit: (plain: string) => string): string {
  const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
  const body = text.slice(mark.length);
  const plain = body.replaceAll('\r\n', '\n');
  const edited = edit(plain);
  if (edited === plain) return text;
  return `${mark}${plain === body ? edited : withEndsOf(body, edited)}`;
}

/** Lines that begin and end both texts take their line ends from `text`, those between its more frequent one. */
function withEndsOf(text: string, edited: string): string {
  const before = text.split('\n');
  const after = edited.split('\n');
  const isSame = (a: number, b: number): boolean => before[a]?.replace(/\r$/, '') === after[b];
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && isSame(head, head)) head += 1;
  let tail = 0;
  while (tail < most - head && isSame(before.length - 1 - tail, after.length - 1 - tail)) tail += 1;
  const windows = before.filter((line) => line.endsWith('\r')).length;
  const usual = windows * 2 >= before.length - 1 ? '\r' : '';
  const endOf = (line: number): string => {
    const from = line < head ? line : line >= after.length - tail ? line + before.length - after.length : undefined;
    // The last line has no end to be taken over.
    if (from === undefined || from === before.length - 1) return usual;
    return before[from]?.endsWith('\r') === true ? '\r' : '';
  };
  return after.map((line, n) => (n === after.length - 1 ? line : `${line}${endOf(n)}`)).join('\n');
}
