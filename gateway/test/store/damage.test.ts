/**
 * Random damage to copies of a filled store: whatever is answered is what the undamaged model answers, or missing, and
 * what is missing is told. HOUQIN_DAMAGES sets how many copies of each kind.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreError } from '../../src/store/reading-store.ts';
import { DAMAGES, DAY, DAYS, damagedCopy, type Filled, fill, openAt, START } from './damaged-store.ts';
import { randomNumbers } from './history.ts';
import { compare } from './right-or-missing.ts';

const COPIES = Number(process.env['HOUQIN_DAMAGES'] ?? 4);
const SEED = Number(process.env['HOUQIN_SEED'] ?? 20_261_201);
const STEPS = [15 * 60_000, 3_600_000, DAY];

describe(`a store whose file is damaged (seed ${SEED})`, () => {
  const base = mkdtempSync(join(tmpdir(), 'houqin-damage-'));
  const whole = join(base, 'whole');
  let filled: Filled;
  beforeAll(async () => {
    filled = await fill(whole);
  }, 120_000);
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  async function compareAll(dir: string) {
    const store = await openAt(dir);
    try {
      const wrong: string[] = [];
      let missing = 0;
      for (const { device, metric } of filled.series) {
        const range = { device, metric, from: START - DAY, to: START + (DAYS + 1) * DAY };
        const compared = await compare(store, filled.model, range, STEPS);
        wrong.push(...compared.wrong);
        missing += compared.missing;
      }
      const latest = new Map((await filled.model.latest()).map((reading) => [reading.device, reading]));
      const told = store.damage().listed;
      return { wrong, missing, told, latest: await store.latest(), want: latest };
    } finally {
      await store.close();
    }
  }

  it('answers as the model does while it is whole', async () => {
    const { wrong, missing, told } = await compareAll(whole);
    expect({ wrong, missing, told }).toEqual({ wrong: [], missing: 0, told: [] });
  }, 60_000);

  it.each(Object.keys(DAMAGES))(
    'serves nothing wrong and tells what is missing: %s',
    async (kind) => {
      const random = randomNumbers(SEED + kind.length);
      for (let copy = 0; copy < COPIES; copy += 1) {
        const dir = join(base, `${kind.replaceAll(' ', '-')}-${copy}`);
        damagedCopy(whole, dir, kind, random);
        const opened = await compareAll(dir).catch((error: unknown) => refusedByName(error));
        if (opened !== undefined) {
          const { wrong, missing, told } = opened;
          expect(wrong.slice(0, 5), `${kind}, copy ${copy}, ${wrong.length} in all`).toEqual([]);
          if (missing > 0) expect(told, `${kind}, copy ${copy}: ${missing} missing, untold`).not.toEqual([]);
        }
        rmSync(dir, { recursive: true, force: true });
      }
    },
    60_000 + 30_000 * COPIES,
  );
});

/** A file that cannot be opened at all is refused by name, and served in no part. */
function refusedByName(error: unknown): undefined {
  if (!(error instanceof StoreError) || !error.message.includes('readings.db')) throw error;
  expect(error.code).toBe('damaged');
}
