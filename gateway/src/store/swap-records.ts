/** Register swaps that two people signed. The entry is the truth: its two readings are stored again from it whenever they lack. */
import type { Swap } from '#contract/http/onboarding.ts';
import type { RecordsDb, SqlRow, Statement } from './records-db.ts';

export function swapStatement(swap: Omit<Swap, 'id'>): Statement {
  return {
    sql: `INSERT INTO swaps (device, metric, at, final_reading, initial_reading, done_by, witness, note, new_serial, recorded_at, recorded_by)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    params: [
      ...[swap.device, swap.metric, swap.at, swap.finalReading, swap.initialReading, swap.doneBy, swap.witness],
      ...[swap.note, swap.newSerial, swap.recordedAt, swap.recordedBy],
    ],
  };
}

/** Newest first; of every device when none is named. */
export async function listSwaps(records: RecordsDb, device?: string): Promise<Swap[]> {
  const of = device === undefined ? '' : 'WHERE device = ?';
  const params = device === undefined ? [] : [device];
  return (await records.read({ sql: `SELECT * FROM swaps ${of} ORDER BY at DESC, id DESC`, params })).map(toSwap);
}

function toSwap(row: SqlRow): Swap {
  const textOrNull = (name: string): string | null => (row[name] === null ? null : String(row[name]));
  return {
    id: Number(row['id']),
    device: String(row['device']),
    metric: String(row['metric']),
    at: Number(row['at']),
    finalReading: Number(row['final_reading']),
    initialReading: Number(row['initial_reading']),
    doneBy: String(row['done_by']),
    witness: String(row['witness']),
    note: textOrNull('note'),
    newSerial: textOrNull('new_serial'),
    recordedAt: Number(row['recorded_at']),
    recordedBy: String(row['recorded_by']),
  };
}
