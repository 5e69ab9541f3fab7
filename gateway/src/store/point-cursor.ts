/** Where a page of points goes on: at an instant, past so many points of it (a state may have several). */
import type { Columns } from './point-columns.ts';
import type { Point } from './reading-store.ts';
import { pointAt } from './series-view.ts';

export interface PointCursor {
  readonly from: number;
  readonly skip: number;
}

/** @returns undefined for no cursor, and for a text that is none */
export function parseCursor(cursor: string | undefined): PointCursor | undefined {
  const match = /^(-?\d{1,16})_(\d{1,9})$/.exec(cursor ?? '');
  return match === null ? undefined : { from: Number(match[1]), skip: Number(match[2]) };
}

/** @param start where the page itself began */
export function cursorAfter(points: readonly Point[], start: PointCursor): string {
  const last = points.at(-1)?.ts ?? start.from;
  const repeats = points.length - (points.findLastIndex((point) => point.ts !== last) + 1);
  // A page that never left its first instant goes on counting from where it began.
  return `${last}_${last === start.from ? start.skip + repeats : repeats}`;
}

export function pointsOf(pieces: readonly Columns[]): Point[] {
  return pieces.flatMap((piece) => Array.from({ length: piece.length }, (_, i) => pointAt(piece, i)));
}
