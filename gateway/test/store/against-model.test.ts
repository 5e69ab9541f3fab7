/**
 * Ten million readings through seals, late arrivals, a restart and retention, and every query against the model.
 * HOUQIN_STORE_DAYS sets how long the history is.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Reading } from '#contract/readings.ts';
import { openReadingStore } from '../../src/store/open-reading-store.ts';
import type { ReadingStore } from '../../src/store/reading-store.ts';
import { type HistorySeries, historySeries, randomNumbers } from './history.ts';
import { modelStore } from './model-store.ts';
import { type Question, sameAnswer, sameLists } from './same-answers.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DAYS = Number(process.env['HOUQIN_STORE_DAYS'] ?? 90);
const SEED = 20_260_302;
const START = Date.UTC(2026, 2, 2) + 17 * MINUTE;
const PHASE = 30 * MINUTE;

describe('the store against the model', () => {
  const dir = mkdtempSync(join(tmpdir(), 'houqin-model-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it(`gives the same answers (seed ${SEED})`, { timeout: 600_000 }, async () => {
    const series = makeSeries();
    const open = () => openReadingStore({ dir, hourPhaseMs: PHASE, open: { points: 1_000_000, hotRows: 300 } });
    const model = modelStore({ hourPhaseMs: PHASE });
    let store = await open();
    const ask = async (count: number): Promise<void> => {
      for (const question of questions(series, count)) await sameAnswer(store, model, question);
      await sameLists(store, model);
    };
    // Two thirds are defined before their readings come, the others when half of them are there.
    const [early, later] = [series.filter((_, i) => i % 3 !== 0), series.filter((_, i) => i % 3 === 0)];
    for (const one of [store, model]) await one.define(early);
    let late: Reading[] = [];
    for (let day = 0; day < DAYS; day += 1) {
      const batch: Reading[] = [];
      for (const one of series) {
        const { onTime, late: delayed } = one.day(day);
        batch.push(...onTime);
        late.push(...delayed);
      }
      await tell([store, model], batch);
      if (day === Math.floor(DAYS / 2)) for (const one of [store, model]) await one.define(later);
      if (day % 30 === 29) {
        await ask(9);
        await tell([store, model], late);
        late = [];
        await ask(9);
        await store.seal(START + (day - 1) * DAY);
        await ask(9);
      }
    }
    expect((await store.stats()).points).toBeGreaterThan(DAYS >= 90 ? 10_000_000 : 1_000_000);
    await tell([store, model], late);
    await store.close();
    store = await open();
    await ask(36);
    await store.seal(START + (DAYS + 2) * DAY);
    await ask(36);
    for (const one of [store, model]) await one.prune(START + DAYS * DAY, { rawDays: 30, hourlyDays: 3_650 });
    await ask(24);
    await store.close();
    store = await open();
    await ask(24);
    await store.close();
  });

  async function tell(stores: readonly ReadingStore[], readings: readonly Reading[]): Promise<void> {
    const outcomes = [];
    for (const store of stores) {
      let stored = 0;
      for (let at = 0; at < readings.length; at += 50_000) {
        stored += (await store.append(readings.slice(at, at + 50_000))).stored;
      }
      await store.release(await store.head());
      outcomes.push(stored);
    }
    expect(outcomes[0]).toBe(outcomes[1]);
  }

  function makeSeries(): HistorySeries[] {
    const kinds = ['register', 'gauge', 'register', 'gauge', 'state', 'gauge', 'register', 'interval'] as const;
    return Array.from({ length: 104 }, (_, n) => historySeries(n, kinds[n % kinds.length] ?? 'gauge', START, SEED));
  }

  function questions(series: readonly HistorySeries[], count: number): Question[] {
    const random = randomNumbers(SEED + count);
    const steps = [MINUTE, 15 * MINUTE, HOUR, DAY, 7 * HOUR];
    return Array.from({ length: count }, (_, i) => {
      const one = series[Math.floor(random() * series.length)];
      const from = START - DAY + Math.floor(random() * DAYS * DAY);
      const stepMs = steps[Math.floor(random() * steps.length)] ?? HOUR;
      const origin = random() < 0.5 ? undefined : START;
      const length = random() < 0.2 ? DAYS * DAY : Math.floor(random() * 3 * DAY);
      const ask = (['points', 'buckets', 'hours'] as const)[i % 3] ?? 'points';
      const to = from + (ask === 'points' ? Math.min(length, 4 * DAY) : length);
      return { device: one?.device ?? '', metric: one?.metric ?? '', ask, from, to, stepMs, originMs: origin };
    });
  }
});
