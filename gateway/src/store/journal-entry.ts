/** A hot row as readings. */
import type { Reading } from '#contract/readings.ts';
import type { HotRow } from './hot-rows.ts';
import type { JournalEntry } from './reading-store.ts';
import {
  CONFLICT_MARK,
  flagsAt,
  HISTORY_MARK,
  POINT_FLAGS,
  receivedAt,
  recordsOver,
  seriesAt,
  tsAt,
  valueAt,
} from './record-codec.ts';
import type { SeriesNames } from './series-names.ts';

/** A damaged commit is an entry without readings: those behind it still come in order. */
export function journalEntry({ seq, arrived, records: blob, damaged }: HotRow, names: SeriesNames): JournalEntry {
  if (damaged) return { seq, readings: [] };
  const records = recordsOver(blob.slice().buffer);
  const readings: Reading[] = [];
  for (let k = 0; k < records.length; k += 1) {
    const name = names.name(seriesAt(records, k));
    const bits = flagsAt(records, k);
    // A conflict mark is no reading, the value it stands for was not kept; an import is none to judge.
    if (name === undefined || (bits & (CONFLICT_MARK | HISTORY_MARK)) !== 0) continue;
    const { device, metric } = name;
    readings.push({
      device,
      metric,
      ts: tsAt(records, k),
      value: valueAt(records, k),
      flags: bits & POINT_FLAGS,
      receivedAt: receivedAt(records, k, arrived),
    });
  }
  return { seq, readings };
}
