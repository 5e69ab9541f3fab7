/** Rows that vanish, change or turn up under another key: the round through the file names each, and mends what it can. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileCheck } from '../../src/store/check-files.ts';
import type { ReadingStore } from '../../src/store/reading-store.ts';
import { DAY, DAYS, type Filled, fill, openAt, START } from './damaged-store.ts';
import { compare } from './right-or-missing.ts';

const base = mkdtempSync(join(tmpdir(), 'houqin-missing-'));
let filled: Filled;
beforeAll(async () => {
  filled = await fill(join(base, 'whole'));
}, 120_000);
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Opens a copy after `sql`, and looks through it once. */
async function afterSql(name: string, sql: string, work: (store: ReadingStore, dir: string) => Promise<void>) {
  const dir = join(base, name.replaceAll(/\W+/g, '-'));
  cpSync(join(base, 'whole'), dir, { recursive: true });
  const db = new DatabaseSync(join(dir, 'readings.db'));
  db.exec(sql);
  db.close();
  const store = await openAt(dir);
  const check = fileCheck({ dir, phase: 0, tell: store.found, rest: 0, files: ['readings.db'] });
  try {
    await check.round();
    await work(store, dir);
  } finally {
    await check.stop();
    await store.close();
  }
}

async function wrongAnswers(store: ReadingStore): Promise<{ wrong: string[]; missing: number }> {
  const total = { wrong: [] as string[], missing: 0 };
  for (const { device, metric } of filled.series) {
    const range = { device, metric, from: START - DAY, to: START + (DAYS + 1) * DAY };
    const { wrong, missing } = await compare(store, filled.model, range, [3_600_000, DAY]);
    total.wrong.push(...wrong);
    total.missing += missing;
  }
  return total;
}

const CHUNK = `series = 1 AND start = ${START + DAY}`;

describe('a round through readings.db', () => {
  it('finds nothing in a whole file', async () => {
    await afterSql('untouched', 'SELECT 1', async (store) => expect(store.damage()).toEqual({ count: 0, listed: [] }));
  }, 60_000);

  it.each([
    ['a chunk that is gone', `DELETE FROM chunks WHERE ${CHUNK}`, 'the block is gone'],
    ['a chunk under another time', `UPDATE chunks SET start = start + 60000 WHERE ${CHUNK}`, 'the block is gone'],
    [
      'the chunk of another series',
      `UPDATE chunks SET (finish, first, last, points, through, body, crc) = (SELECT finish, first, last, points, through, body, crc
        FROM chunks WHERE series = 5 AND start = ${START + DAY}) WHERE ${CHUNK}`,
      'the block does not fit its checksum',
    ],
    [
      'an older version of a chunk',
      `UPDATE marks SET body = (SELECT body FROM marks WHERE series = 2 AND kind = 'c'), crc = 0 WHERE series = 1 AND kind = 'c'`,
      'the list of what must be there is damaged',
    ],
    ['a changed count', `UPDATE chunks SET points = points - 1 WHERE ${CHUNK}`, 'the block does not fit its checksum'],
    ['a checksum that is gone', `UPDATE chunks SET crc = NULL WHERE ${CHUNK}`, 'the block does not fit its checksum'],
  ])(
    'names %s by device, metric and span',
    async (name, sql, what) => {
      await afterSql(name, sql, async (store) => {
        expect(store.damage().listed).toContainEqual(
          expect.objectContaining({
            ...{ file: 'readings.db', device: 'd-0', metric: 'energy_total_kwh', what },
            ...{ from: expect.any(Number), to: expect.any(Number) },
          }),
        );
        expect((await wrongAnswers(store)).wrong).toEqual([]);
      });
    },
    60_000,
  );

  it.each([
    ['hours that are gone', "DELETE FROM rollups WHERE series = 2 AND kind = 'h'"],
    ['days that are gone', "DELETE FROM rollups WHERE series = 2 AND kind = 'd'"],
    ['books that are gone', "DELETE FROM rollups WHERE series = 1 AND kind = 'b'"],
    ['hours with a wrong sum', "UPDATE rollups SET body = zeroblob(9) WHERE series = 2 AND kind = 'h'"],
    [
      'books of another series',
      "UPDATE rollups SET body = (SELECT body FROM rollups WHERE series = 5 AND kind = 'b') WHERE series = 1 AND kind = 'b'",
    ],
    ['a damaged list of a series', "UPDATE marks SET crc = crc + 1 WHERE series = 3 AND kind = 'r'"],
    ['a damaged list of a month', "UPDATE marks SET crc = crc + 1 WHERE series = 3 AND kind = 'c'"],
  ])(
    'rebuilds %s from the points that stand',
    async (name, sql) => {
      await afterSql(name, sql, async (store, dir) => {
        const { listed } = store.damage();
        expect(listed).toHaveLength(1);
        for (const damage of listed) expect(await store.mend(damage)).toBe('mended');
        expect(store.damage().count).toBe(0);
        expect(await wrongAnswers(store)).toEqual({ wrong: [], missing: 0 });
        const found: unknown[] = [];
        const again = fileCheck({ dir, phase: 0, tell: (note) => found.push(note), rest: 0, files: ['readings.db'] });
        await again.round().finally(() => again.stop());
        expect(found).toEqual([]);
      });
    },
    60_000,
  );

  it.each([
    ['that is gone', 'DELETE FROM series WHERE id = 2'],
    ['whose device was changed', "UPDATE series SET device = 'd-9' WHERE id = 2"],
  ])(
    'restores a series %s from its marks and chunks',
    async (name, sql) => {
      await afterSql(name, sql, async (store) => {
        expect(store.damage().listed).toMatchObject([{ table: 'series', series: 2, device: 'd-1' }]);
        await store.define(filled.series);
        expect(await wrongAnswers(store)).toEqual({ wrong: [], missing: 0 });
        // Chunks keep no times of arrival: of what is restored, the last of them by its own time is the newest.
        const [newest] = await store.latest('d-1');
        const { device = '', metric = '', ts = 0 } = newest ?? {};
        const { points } = await filled.model.points({
          device,
          metric,
          from: ts,
          to: ts + 1,
          limit: 9,
          cursor: undefined,
        });
        expect(points.map(({ value }) => value)).toContain(newest?.value);
        expect(ts).toBeGreaterThan(START + (DAYS - 2) * DAY);
      });
    },
    60_000,
  );

  it('does not give the number of a series to another when its row and its marks are lost', async () => {
    const sql = 'DELETE FROM series WHERE id = 8; DELETE FROM marks WHERE series = 8';
    await afterSql('a lost series', sql, async (store) => {
      expect(store.damage().listed).toContainEqual(expect.objectContaining({ table: 'series', series: 8 }));
      await store.append([{ device: 'new', metric: 'power_w', ts: START, value: 1, flags: 0, receivedAt: START }]);
      const range = { device: 'new', metric: 'power_w', from: START - DAY, to: START + 9 * DAY };
      expect((await store.points({ ...range, limit: 10 })).points).toEqual([{ ts: START, value: 1, flags: 0 }]);
    });
  }, 60_000);

  it.each([
    ['that are gone', 'DELETE FROM hot WHERE seq IN (SELECT seq FROM hot ORDER BY seq LIMIT 2 OFFSET 5)'],
    ['at the end that are gone', 'DELETE FROM hot WHERE seq > (SELECT max(seq) - 2 FROM hot)'],
    [
      'with a changed value',
      "UPDATE hot SET records = cast(substr(records, 1, 30) || x'ff' || substr(records, 32) AS BLOB) WHERE seq = (SELECT max(seq) - 9 FROM hot)",
    ],
  ])(
    'names commits of the journal %s, and gives no number twice',
    async (name, sql) => {
      await afterSql(name, sql, async (store) => {
        expect(store.damage().listed).toContainEqual(expect.objectContaining({ table: 'hot' }));
        const { wrong, missing } = await wrongAnswers(store);
        expect({ wrong, some: missing > 0 }).toEqual({ wrong: [], some: true });
        expect(await store.head()).toBeGreaterThanOrEqual(await filled.model.head());
      });
    },
    60_000,
  );

  it('keeps booked hours and summaries that stand when new readings come beside a damaged chunk', async () => {
    const last = START + (DAYS - 1) * DAY - 6 * 3_600_000;
    const sql = `UPDATE chunks SET body = zeroblob(20) WHERE series = 1 AND start = ${last}`;
    await afterSql('beside', sql, async (store) => {
      await store.seal(START + (DAYS + 2) * DAY);
      const { wrong, missing } = await wrongAnswers(store);
      expect(wrong).toEqual([]);
      const range = { device: 'd-0', metric: 'energy_total_kwh', from: START, to: START + (DAYS - 1) * DAY };
      const [got, want] = [await store.hours(range), await filled.model.hours(range)];
      expect(want.hours.length - got.hours.length).toBeLessThanOrEqual(2);
      expect(missing).toBeGreaterThan(0);
    });
  }, 60_000);
});
