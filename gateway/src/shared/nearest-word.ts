/** Longer words are not compared: a name that long is a mistake of another kind. */
const MAX_LETTERS = 100;

/** The known word that was most likely meant: at most a third of its letters differ; undefined when none is near. */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  if (word.length > MAX_LETTERS) return undefined;
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const most = Math.min(least - 1, allowed(word, candidate));
    // Every letter more or less is a difference of its own.
    if (candidate.length > MAX_LETTERS || Math.abs(candidate.length - word.length) > most) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), most);
    if (distance > most) continue;
    least = distance;
    best = candidate;
  }
  return best;
}

const allowed = (a: string, b: string): number => Math.max(1, Math.floor(Math.max(a.length, b.length) / 3));

/** Insertions, deletions, replacements and swaps of neighbours (nmae → name counts one). Gives up above `most`. */
function editDistance(a: string, b: string, most: number): number {
  let before: number[] = [];
  let leastBefore = 0;
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row[j] = cost;
      least = Math.min(least, cost);
    }
    // A swap reaches back over two rows.
    if (least > most && leastBefore >= most) return least;
    leastBefore = least;
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
