/** Profiles that were switched off, so that a restart neither switches them on again nor tells it twice. */
import { z } from 'zod';
import type { RecordsDb, Statement } from './records-db.ts';

const offProfile = z.object({
  id: z.string(),
  /** Hash of the profile's text: another text begins anew. */
  version: z.string(),
  at: z.number(),
  failed: z.number(),
  reason: z.string(),
});
export type OffProfile = z.output<typeof offProfile>;

/** The list as it now is, in place of the one before. */
export function offProfileStatements(list: readonly OffProfile[]): Statement[] {
  return [
    { sql: 'DELETE FROM profiles_off' },
    ...list.map(({ id, version, at, failed, reason }) => ({
      sql: 'INSERT INTO profiles_off (id, version, at, failed, reason) VALUES (?, ?, ?, ?, ?)',
      params: [id, version, at, failed, reason],
    })),
  ];
}

export async function loadOffProfiles(records: RecordsDb): Promise<readonly OffProfile[]> {
  return z.array(offProfile).parse(await records.read({ sql: 'SELECT * FROM profiles_off' }));
}
