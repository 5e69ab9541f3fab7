import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reading } from '#contract/readings.ts';
import { createRuleEngine, type RuleEngine } from '../../src/rules/rule-engine.ts';
import type { Transition } from '../../src/rules/transition.ts';
import type { RuleSet } from '../../src/rules/watch-list.ts';
import { campus } from './campus.ts';
import { MONTH_RULES, monthOfReadings, random, withNoise } from './random-history.ts';

const RUNS = Number(process.env['HOUQIN_PROPERTY_RUNS'] ?? 6);
const HOUR = 3_600_000;
const set = campus(MONTH_RULES, { everyS: 120 });
const from = Date.parse('2026-10-09T12:00:00+08:00');
const to = from + 30 * HOUR;

/** Transitions in an order that does not depend on who noticed them first. */
function sorted(transitions: readonly Transition[]): Transition[] {
  const order = new Map(transitions.map((transition, index) => [transition, index]));
  const key = (one: Transition): string => `${one.rule}/${one.device}`;
  return transitions.toSorted(
    (a, b) => a.at - b.at || key(a).localeCompare(key(b)) || (order.get(a) ?? 0) - (order.get(b) ?? 0),
  );
}

interface Run {
  readonly readings: readonly Reading[];
  readonly engine: (at: number) => RuleEngine;
  /** Called before each reading with the running engine; may put another in its place. */
  readonly swap?: (engine: RuleEngine, at: number) => RuleEngine;
  readonly tickMs?: () => number;
}

function play({ readings, engine: start, swap, tickMs = () => 1_000_000_000 }: Run): Transition[] {
  let engine = start(from);
  const out: Transition[] = [];
  let tick = from + tickMs();
  for (const reading of readings) {
    for (; tick < reading.receivedAt; tick += tickMs()) out.push(...engine.advance(tick));
    if (swap) engine = swap(engine, reading.receivedAt);
    out.push(...engine.reading(reading));
  }
  out.push(...engine.advance(to + HOUR));
  return sorted(out);
}

const fresh =
  (rules: RuleSet) =>
  (at: number): RuleEngine =>
    createRuleEngine({ ...rules, now: at });
const seeds = fc.integer({ min: 0, max: 1_000_000 });

describe('the same history gives the same transitions', () => {
  it('whatever the grain of the ticks', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(700, 5_000, 60_000, 1_200_000), (seed, grain) => {
        const readings = monthOfReadings(set, from, to, seed);
        const next = random(seed + 1);
        const ticked = play({ readings, engine: fresh(set), tickMs: () => 1 + Math.floor(next() * grain) });
        const plain = play({ readings, engine: fresh(set) });
        expect(plain.length).toBeGreaterThan(0);
        expect(ticked).toEqual(plain);
      }),
      { numRuns: RUNS, verbose: true },
    );
  }, 180_000);

  it('wherever the process is cut and goes on with what it saved', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 20, max: 3_000 }), (seed, spacing) => {
        const readings = monthOfReadings(set, from, to, seed);
        const next = random(seed + 2);
        const rows = new Map<string, string>();
        const swap = (engine: RuleEngine, at: number): RuleEngine => {
          if (next() * spacing > 1) return engine;
          for (const [key, text] of engine.takeDirty()) {
            if (text === null) rows.delete(key);
            else rows.set(key, text);
          }
          return createRuleEngine({ ...set, state: new Map(rows), now: at });
        };
        const grain = random(seed + 3);
        const tickMs = (): number => 1 + Math.floor(grain() * 20_000);
        expect(play({ readings, engine: fresh(set), swap, tickMs })).toEqual(play({ readings, engine: fresh(set) }));
      }),
      { numRuns: RUNS, verbose: true },
    );
  }, 180_000);

  it('whatever duplicates and replayed copies come with it', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const readings = monthOfReadings(set, from, to, seed);
        expect(play({ readings: withNoise(readings, seed), engine: fresh(set) })).toEqual(
          play({ readings, engine: fresh(set) }),
        );
      }),
      { numRuns: RUNS, verbose: true },
    );
  }, 180_000);

  it('tells the next deadline: nothing happens before it, and advancing to it does something', () => {
    const readings = monthOfReadings(set, from, to, 7);
    const engine = createRuleEngine({ ...set, now: from });
    let deadlines = 0;
    for (const reading of readings) {
      for (
        let due = engine.nextDeadline();
        due !== undefined && due <= reading.receivedAt;
        due = engine.nextDeadline()
      ) {
        expect(engine.advance(due - 1)).toEqual([]);
        engine.advance(due);
        deadlines += 1;
      }
      engine.reading(reading);
    }
    expect(deadlines).toBeGreaterThan(100);
  }, 60_000);
});
