import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProbeSchedule, type ProbeJob, type ProbeSchedule } from '../../src/probe/probe-schedule.ts';

const job = (everyMs = 30_000, version = 'a'): ProbeJob => ({ everyMs, version });
const fleet = (count: number, everyMs = 30_000): ReadonlyMap<string, ProbeJob> =>
  new Map(Array.from({ length: count }, (_, n) => [`cam-${n}`, job(everyMs)]));

/** Runs by the second it takes to ask; @returns when each device was asked. */
function play(schedule: ProbeSchedule, from: number, to: number, tookMs: number, stepMs = 20): Map<string, number[]> {
  const asked = new Map<string, number[]>();
  const running: { at: number; end: () => void }[] = [];
  for (let now = from; now < to; now += stepMs) {
    for (const one of running.filter(({ at }) => at <= now)) {
      running.splice(running.indexOf(one), 1);
      one.end();
    }
    for (const turn of schedule.start(now)) {
      asked.set(turn.id, [...(asked.get(turn.id) ?? []), now]);
      running.push({ at: now + tookMs, end: () => schedule.done(turn, now, false) });
    }
  }
  return asked;
}

describe('who is asked when', () => {
  it('asks 500 cameras each once in 30 s, evenly and never more than 32 at a time', () => {
    const schedule = createProbeSchedule(32);
    schedule.set(fleet(500), 0);
    const asked = play(schedule, 0, 30_000, 100);
    expect(asked.size).toBe(500);
    expect([...asked.values()].every((times) => times.length === 1)).toBe(true);
    const perSecond = Array.from({ length: 30 }, () => 0);
    for (const [at = 0] of asked.values())
      perSecond[Math.floor(at / 1_000)] = (perSecond[Math.floor(at / 1_000)] ?? 0) + 1;
    expect(Math.min(...perSecond)).toBeGreaterThanOrEqual(12);
    expect(Math.max(...perSecond)).toBeLessThanOrEqual(22);
  });

  it('keeps the rhythm of each over many rounds', () => {
    const schedule = createProbeSchedule(32);
    schedule.set(fleet(40), 0);
    for (const times of play(schedule, 0, 300_000, 200).values()) {
      const gaps = times.slice(1).map((at, n) => at - (times[n] ?? 0));
      expect(times.length).toBe(10);
      expect(gaps.every((gap) => Math.abs(gap - 30_000) <= 40)).toBe(true);
    }
  });

  it('asks nobody twice at a time, however slow the answers are', () => {
    const schedule = createProbeSchedule(4);
    schedule.set(fleet(3, 1_000), 0);
    for (const times of play(schedule, 0, 60_000, 2_500).values()) {
      const gaps = times.slice(1).map((at, n) => at - (times[n] ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2_500);
    }
  });

  it('never starts more than it may, and what is late does not pile up', () => {
    const schedule = createProbeSchedule(2);
    schedule.set(fleet(10, 1_000), 0);
    const first = schedule.start(100_000);
    expect(first).toHaveLength(2);
    expect(schedule.start(100_000)).toEqual([]);
    expect(schedule.nextAt()).toBeUndefined();
    for (const turn of first) schedule.done(turn, 100_500, false);
    const next = schedule.start(100_500);
    expect(next).toHaveLength(2);
    expect(next.map(({ id }) => id).filter((id) => first.some((turn) => turn.id === id))).toEqual([]);
  });

  it('tries again within the round, and then waits for the next', () => {
    const schedule = createProbeSchedule(2);
    schedule.set(new Map([['cam', job()]]), 0);
    const [first] = schedule.start(0);
    expect(first).toMatchObject({ attempt: 1 });
    if (first) schedule.done(first, 400, true);
    expect(schedule.nextAt()).toBe(1_900);
    const [second] = schedule.start(1_900);
    expect(second).toMatchObject({ id: 'cam', attempt: 2 });
    if (second) schedule.done(second, 2_000, false);
    expect(schedule.nextAt()).toBe(30_000);
    expect(schedule.start(30_000)).toMatchObject([{ attempt: 1 }]);
  });

  it('starts only the changed anew when the config changes', () => {
    const schedule = createProbeSchedule(8);
    schedule.set(
      new Map([
        ['a', job()],
        ['b', job()],
      ]),
      0,
    );
    for (const turn of schedule.start(29_999)) schedule.done(turn, 29_999, false);
    const dueOfA = schedule.nextAt();
    schedule.set(
      new Map([
        ['a', job()],
        ['b', job(30_000, 'other')],
        ['c', job()],
      ]),
      30_000,
    );
    expect(schedule.nextAt()).toBe(dueOfA);
    expect(schedule.start(dueOfA ?? 0).map(({ id }) => id)).toContain('a');
  });

  it('drops the answer of a device that is asked otherwise now, and does not ask it beside that', () => {
    const schedule = createProbeSchedule(8);
    schedule.set(new Map([['a', job()]]), 0);
    const [turn] = schedule.start(0);
    schedule.set(new Map([['a', job(30_000, 'new host')]]), 10);
    if (!turn) throw new Error('nothing was due');
    expect(schedule.isCurrent(turn)).toBe(false);
    expect(schedule.start(60_000)).toEqual([]);
    schedule.done(turn, 60_000, true);
    expect(schedule.start(60_000)).toMatchObject([{ id: 'a', version: 'new host', attempt: 1 }]);
  });

  it('holds all of that for any course of events', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(
          fc.record({ add: fc.nat(9), drop: fc.nat(9), wait: fc.nat(3_000), end: fc.nat(9), again: fc.boolean() }),
          { maxLength: 60 },
        ),
        (max, steps) => {
          const schedule = createProbeSchedule(max);
          const jobs = new Map<string, ProbeJob>();
          const running = new Map<string, ReturnType<ProbeSchedule['start']>[number]>();
          let now = 0;
          for (const { add, drop, wait, end, again } of steps) {
            jobs.set(`cam-${add}`, job(1_000 + add * 100, String(wait % 3)));
            jobs.delete(`cam-${drop}`);
            schedule.set(jobs, now);
            now += wait;
            for (const turn of schedule.start(now)) {
              expect(running.has(turn.id)).toBe(false);
              running.set(turn.id, turn);
            }
            expect(running.size).toBeLessThanOrEqual(max);
            const turn = [...running.values()][end];
            if (turn === undefined) continue;
            running.delete(turn.id);
            schedule.done(turn, now, again && turn.attempt === 1);
          }
        },
      ),
    );
  });
});
