/** Books the past of series that were defined, or defined anew, after they had points: a packed row a slice. */
import { bookable } from './book-range.ts';
import { ceilTo, floorTo, HOUR_MS } from './grid.ts';
import { bookHours } from './seal-series.ts';
import { transaction, type WriterState } from './writer-state.ts';

/** One transaction of re-booking. @returns whether there is more */
export function rebookSlice(state: WriterState): boolean {
  const [next] = state.rebook;
  if (next === undefined) return false;
  const [id, reached] = next;
  const series = state.series.get(id);
  const meter = series === undefined ? undefined : bookable(series);
  if (series === undefined || meter === undefined || series.points === 0) {
    state.rebook.delete(id);
    return state.rebook.size > 0;
  }
  const { books, phase } = state;
  const end = ceilTo(series.last + 1, HOUR_MS, phase);
  const from = Math.max(reached, floorTo(series.first, HOUR_MS, phase));
  const to = Math.min(books.startOf(books.blockOf(from) + 1), end);
  const bookedTo = series.bookedTo;
  try {
    transaction(state.db, () => {
      state.marks.reset();
      bookHours(state, series, meter, { from, to }, { from, to });
      state.marks.flush();
      if (to < end) return;
      // The last hour still grows: it is booked from points whenever it is asked for.
      series.bookedTo = floorTo(series.last, HOUR_MS, phase);
      state.rows.define(series);
    });
  } catch (error) {
    series.bookedTo = bookedTo;
    throw error;
  }
  if (to < end) state.rebook.set(id, to);
  else state.rebook.delete(id);
  return state.rebook.size > 0;
}
