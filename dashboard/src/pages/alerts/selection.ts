/**
 * What is selected after a box was clicked: that one turned about, or, with shift, all from the one clicked before to this one
 * as this one becomes. What cannot be selected is not in `rows`.
 */
export function afterClick(
  selected: ReadonlySet<string>,
  rows: readonly string[],
  { id, before, shift }: { readonly id: string; readonly before: string | undefined; readonly shift: boolean },
): ReadonlySet<string> {
  const [at, from] = [rows.indexOf(id), before === undefined ? -1 : rows.indexOf(before)];
  const range = shift && at >= 0 && from >= 0 ? rows.slice(Math.min(at, from), Math.max(at, from) + 1) : [id];
  const next = new Set(selected);
  const isOn = !selected.has(id);
  for (const one of range) {
    if (isOn) next.add(one);
    else next.delete(one);
  }
  return next;
}
