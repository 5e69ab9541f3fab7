export interface DiffLine {
  readonly sign: '+' | '-' | ' ';
  /** Line number, from 1: in the new text, or in the old one for what is gone. */
  readonly line: number;
  readonly text: string;
}

/** Lines around a change that are shown with it. */
const around = 2;
/** Beyond so many comparisons the changed middle counts as replaced as a whole. */
const maxCells = 4_000_000;

/** What changes from one text to another, line by line, with two lines around each change; empty when nothing does. */
export function textDiff(before: string, after: string): readonly DiffLine[] {
  if (before === after) return [];
  const [old, now] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const middle = changesOf(old.slice(head, old.length - tail), now.slice(head, now.length - tail), head);
  const same = (at: number): DiffLine => ({ sign: ' ', line: at + 1, text: now[at] ?? '' });
  const all = [
    ...now.slice(0, head).map((_, at) => same(at)),
    ...middle,
    ...now.slice(now.length - tail).map((_, at) => same(now.length - tail + at)),
  ];
  const isNear = (at: number): boolean =>
    all.slice(Math.max(0, at - around), at + around + 1).some(({ sign }) => sign !== ' ');
  return all.filter((_, at) => isNear(at));
}

function changesOf(old: readonly string[], now: readonly string[], offset: number): DiffLine[] {
  const gone = (at: number): DiffLine => ({ sign: '-', line: offset + at + 1, text: old[at] ?? '' });
  const come = (at: number): DiffLine => ({ sign: '+', line: offset + at + 1, text: now[at] ?? '' });
  if (old.length * now.length > maxCells) return [...old.map((_, at) => gone(at)), ...now.map((_, at) => come(at))];
  const width = now.length + 1;
  /** Length of the longest common rest from each pair of lines on. */
  const common = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ sign: ' ', line: offset + j + 1, text: now[j] ?? '' });
      i += 1;
      j += 1;
    } else if (i < old.length && (j >= now.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(gone(i));
      i += 1;
    } else {
      lines.push(come(j));
      j += 1;
    }
  }
  return lines;
}
