/** Spans of time, from ≤ t < to. */

export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** What of `ranges` none of `holes` overlaps, ascending. */
export function without(ranges: readonly TimeSpan[], holes: readonly TimeSpan[]): TimeSpan[] {
  let left = [...ranges];
  for (const hole of holes) {
    left = left.flatMap(({ from, to }) => {
      if (hole.to <= from || hole.from >= to) return [{ from, to }];
      return [
        { from, to: hole.from },
        { from: hole.to, to },
      ].filter((part) => part.from < part.to);
    });
  }
  return left.sort((a, b) => a.from - b.from);
}

export const overlaps = (a: TimeSpan, b: TimeSpan): boolean => a.from < b.to && b.from < a.to;
