/** Whole files that are emptied, gone, replaced or no databases: never silently begun anew; and their repair. */
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileCheck } from '../../src/store/check-files.ts';
import type { DamageNote } from '../../src/store/damage.ts';
import { openRecordsDb } from '../../src/store/open-records-db.ts';
import { repairReadings, repairRecords } from '../../src/store/repair-files.ts';
import { DAY, DAYS, damagedCopy, type Filled, fill, openAt, START } from './damaged-store.ts';
import { randomNumbers } from './history.ts';
import { compare } from './right-or-missing.ts';

const NOW = Date.UTC(2026, 3, 1, 12, 30);
const base = mkdtempSync(join(tmpdir(), 'houqin-files-'));
let filled: Filled;
beforeAll(async () => {
  filled = await fill(join(base, 'whole'));
  const records = await openRecordsDb({ dir: join(base, 'whole') });
  const users = Array.from({ length: 400 }, (_, i) => ({
    sql: 'INSERT INTO users VALUES(?, ?, ?, ?, ?, 0)',
    params: [`u${i}`, `name ${i}`, 'office', 'x'.repeat(200), i],
  }));
  await records.write(users);
  await records.close();
}, 120_000);
afterAll(() => rmSync(base, { recursive: true, force: true }));

let copies = 0;
function copied(): string {
  copies += 1;
  const dir = join(base, `copy-${copies}`);
  cpSync(join(base, 'whole'), dir, { recursive: true });
  return dir;
}

/** Bytes of a file overwritten, from `at` on. */
function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const whole = readFileSync(path);
  whole.set(bytes, at);
  writeFileSync(path, whole);
}

const NOISE = Uint8Array.from({ length: 3_000 }, (_, i) => (i * 89 + 7) & 0xff);

describe.each([
  ['readings.db', openAt],
  ['records.db', (dir: string) => openRecordsDb({ dir })],
] as const)('%s', (file, open) => {
  const path = (dir: string): string => join(dir, file);

  it.each([
    ['emptied', (dir: string) => truncateSync(path(dir)), 'is empty (0 bytes)'],
    ['gone', (dir: string) => rmSync(path(dir)), 'is gone, though this folder had one'],
    ['overwritten at its start', (dir: string) => overwrite(path(dir), 0, NOISE), 'is damaged'],
    ['another kind of file', (dir: string) => writeFileSync(path(dir), '<html>'.repeat(9_000)), 'is damaged'],
  ])(
    'that is %s is refused by its name, and left as it is',
    async (_, damage, sentence) => {
      const dir = copied();
      damage(dir);
      const before = existsSync(path(dir)) ? readFileSync(path(dir)) : undefined;
      await expect(open(dir)).rejects.toMatchObject({
        ...{ name: 'StoreError', code: 'damaged' },
        message: expect.stringContaining(`${file} ${sentence}`),
      });
      expect(existsSync(path(dir)) ? readFileSync(path(dir)) : undefined).toEqual(before);
    },
    60_000,
  );

  it('that another database has replaced is told', async () => {
    const [dir, other] = [copied(), mkdtempSync(join(base, 'other-'))];
    await (await open(other)).close();
    cpSync(path(other), path(dir));
    const opened = await open(dir);
    const listed = 'append' in opened ? opened.damage().listed : [opened.damage];
    const what = 'is another database than the one this folder had';
    expect(listed).toContainEqual(expect.objectContaining({ file, table: 'file', what }));
    await opened.close();
  }, 60_000);

  it('is made in a new folder without a word', async () => {
    const opened = await open(mkdtempSync(join(base, 'new-')));
    expect('append' in opened ? opened.damage().listed : (opened.damage ?? [])).toEqual([]);
    await opened.close();
  }, 60_000);
});

it('an older copy of readings.db is told, and no commit number is given twice', async () => {
  const dir = copied();
  const store = await openAt(dir);
  const head = await store.head();
  for (let i = 0; i < 5; i += 1) {
    await store.append([
      { device: 'd-1', metric: 'power_w', ts: START + 9 * DAY + i, value: i, flags: 0, receivedAt: 0 },
    ]);
  }
  await store.close();
  cpSync(join(base, 'whole', 'readings.db'), join(dir, 'readings.db'));
  const again = await openAt(dir);
  expect(again.damage().listed).toContainEqual(
    expect.objectContaining({ table: 'file', what: expect.stringContaining(`commits ${head + 1} to ${head + 5}`) }),
  );
  await again.append([{ device: 'd-1', metric: 'power_w', ts: START + 10 * DAY, value: 1, flags: 0, receivedAt: 0 }]);
  expect(await again.head()).toBe(head + 6);
  await again.close();
}, 60_000);

it('damaged pages of records.db are named by their table', async () => {
  const dir = copied();
  const path = join(dir, 'records.db');
  const db = new DatabaseSync(path);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  const at = readFileSync(path).indexOf('name 200office');
  overwrite(path, at - (at % 4_096), new Uint8Array(4_096));
  const found: DamageNote[] = [];
  const check = fileCheck({ dir, phase: 0, tell: (note) => found.push(note), rest: 0 });
  await check.round().finally(() => check.stop());
  expect(found).toContainEqual(expect.objectContaining({ file: 'records.db', table: 'users' }));
  const { beside, lost, saved } = repairRecords({ dir, now: NOW });
  expect(beside).toBe('records.db.damaged-20260401T123000');
  expect(lost).toContainEqual(expect.objectContaining({ table: 'users' }));
  expect(saved).toMatch(/^\d+ rows$/);
  const records = await openRecordsDb({ dir });
  const [row] = await records.read({ sql: 'SELECT count(*) AS users FROM users' });
  expect(Number(row?.['users'])).toBeGreaterThan(300);
  await records.close();
}, 60_000);

describe('the repair of readings.db', () => {
  it.each(['flipped bits', 'a zeroed page', 'a torn end', 'noise'])(
    'keeps the damaged file, saves what can be believed and says what is lost: %s',
    async (kind) => {
      const random = randomNumbers(77 + kind.length);
      for (let i = 0; i < 3; i += 1) {
        copies += 1;
        const dir = join(base, `copy-${copies}`);
        damagedCopy(join(base, 'whole'), dir, kind, random);
        const damaged = readFileSync(join(dir, 'readings.db'));
        const { beside, lost } = await repairReadings({ dir, hourPhaseMs: 0, now: NOW });
        expect(beside).toBe('readings.db.damaged-20260401T123000');
        expect(readFileSync(join(dir, beside ?? '')).equals(damaged)).toBe(true);
        expect(readdirSync(dir)).not.toContain('repair');
        const store = await openAt(dir);
        await store.define(filled.series);
        let missing = 0;
        for (const { device, metric } of filled.series) {
          const range = { device, metric, from: START - DAY, to: START + (DAYS + 1) * DAY };
          const compared = await compare(store, filled.model, range, [3_600_000, DAY]);
          expect(compared.wrong.slice(0, 5)).toEqual([]);
          missing += compared.missing;
        }
        if (missing > 0) expect(lost).not.toEqual([]);
        const check = fileCheck({ dir, phase: 0, tell: store.found, rest: 0, files: ['readings.db'] });
        await check.round().finally(() => check.stop());
        expect(store.damage().listed).toEqual([]);
        await store.close();
      }
    },
    120_000,
  );

  it('begins anew only when it is told to, goes on with the numbers of commits, and says that all is lost', async () => {
    const dir = copied();
    truncateSync(join(dir, 'readings.db'));
    const { saved, lost } = await repairReadings({ dir, hourPhaseMs: 0, now: NOW });
    expect({ saved, lost }).toMatchObject({ saved: undefined, lost: [{ table: 'file' }] });
    const store = await openAt(dir);
    expect(await store.series()).toEqual([]);
    expect(await store.head()).toBeGreaterThan(await filled.model.head());
    expect(store.damage().listed).toEqual([]);
    await store.close();
  }, 60_000);
});
