import { describe, expect, it } from 'vitest';
import { episode as episodeSchema } from '#contract/http/alerts.ts';
import type { Reading } from '#contract/readings.ts';
import { backtest } from '../../src/rules/backtest.ts';
import { createEpisodeLog } from '../../src/rules/episode-log.ts';
import { isMoved } from '../../src/rules/judge-time.ts';
import { createRuleEngine } from '../../src/rules/rule-engine.ts';
import type { Transition } from '../../src/rules/transition.ts';
import { campus } from './campus.ts';
import { placing } from './placing.ts';
import { MONTH_RULES, monthOfReadings, random, withClocksAhead, withNoise } from './random-history.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const set = campus(MONTH_RULES, { everyS: 180 });
// National Day week and the make-up Saturday of 10 October lie in it.
const from = Date.parse('2026-09-20T00:00:00+08:00');
const to = from + 30 * DAY;

/** What the store gives back: `ts` order, no duplicates, no replayed hints, and of arrivals only where moved ones stand. */
function stored(readings: readonly Reading[]): Reading[] {
  return readings
    .map((reading) => (isMoved(reading) ? reading : { ...reading, receivedAt: reading.ts + 77_000_000 }))
    .sort((a, b) => a.ts - b.ts);
}

function live(readings: readonly Reading[], isQuiet: (at: number) => boolean, seed: number) {
  const next = random(seed);
  const log = createEpisodeLog();
  const rows = new Map<string, string>();
  let engine = createRuleEngine({ ...set, now: from });
  let tick = from + next() * 1_000;
  let restarts = 0;
  let restartAt = from + 9 * 60 * MINUTE;
  let movedAt = 0;
  const hear = (transitions: readonly Transition[]): void => {
    log.add(transitions);
    movedAt = transitions.at(-1)?.at ?? movedAt;
  };
  for (const reading of readings) {
    for (; tick < reading.receivedAt; tick += 900 + next() * 200) {
      hear(engine.advance(tick));
      // A restart's grace may rightly delay a silence, so it comes when the campus has been quiet and well for a while.
      if (tick < restartAt || tick - movedAt < 10 * MINUTE || !isQuiet(tick)) continue;
      for (const [key, text] of engine.takeDirty()) {
        if (text === null) rows.delete(key);
        else rows.set(key, text);
      }
      engine = createRuleEngine({ ...set, state: new Map(rows), now: tick });
      hear(engine.resume(tick));
      restarts += 1;
      restartAt = tick + (1 + next()) * DAY;
    }
    hear(engine.reading(reading));
  }
  hear(engine.advance(to + 10_000));
  const atEnd = (firing: Transition): Transition => engine.assess(firing.rule, firing.device, to) ?? firing;
  return { episodes: log.episodes(from, to, atEnd), restarts };
}

/** Times at which no device is near falling silent: everybody was heard lately and is heard again soon. */
function quietTimes(readings: readonly Reading[]): (at: number) => boolean {
  const bad: [number, number][] = [];
  const last = new Map<string, number>();
  for (const { device, receivedAt } of readings) {
    const before = last.get(device) ?? from;
    const limit = (set.registry.devices.get(device)?.intervalS ?? 60) * 1_000;
    if (receivedAt - before > Math.max(1.2 * limit, 5.2 * MINUTE))
      bad.push([before - 10 * MINUTE, receivedAt + 10 * MINUTE]);
    last.set(device, receivedAt);
  }
  return (at) => !bad.some(([start, end]) => at >= start && at < end);
}

describe('live and back-test', () => {
  it('give identical episodes over the same thirty days', async () => {
    const seed = Number(process.env['HOUQIN_SEED'] ?? 20_261_012);
    const readings = monthOfReadings(set, from, to, seed);
    const { episodes, restarts } = live(withNoise(readings, seed), quietTimes(readings), seed);
    const tested = await backtest({ ...set, from, to, readings: stored(readings) });
    expect(restarts).toBeGreaterThan(5);
    expect(new Set(tested.map((one) => one.kind))).toEqual(new Set(MONTH_RULES.map((rule) => rule.kind)));
    expect(tested.length).toBeGreaterThan(200);
    expect(episodes).toEqual(tested);
  }, 180_000);

  it('give identical episodes of devices whose clocks run ahead and are set right', async () => {
    const seed = Number(process.env['HOUQIN_SEED'] ?? 20_261_012);
    const place = placing((device) => 1_000 * (set.registry.devices.get(device)?.intervalS ?? 60));
    const readings = withClocksAhead(monthOfReadings(set, from, to, seed), seed).map(place);
    expect(readings.filter(isMoved).length).toBeGreaterThan(1_000);
    const { episodes } = live(readings, () => false, seed);
    const tested = await backtest({ ...set, from, to, readings: stored(readings) });
    expect(tested.length).toBeGreaterThan(200);
    expect(episodes).toEqual(tested);
    for (const one of tested) episodeSchema.parse(one);
  }, 180_000);
});

describe('back-test', () => {
  const gate = campus([
    { id: 'gate-open', kind: 'state-in-period', metric: 'door_open', select: { devices: ['gate-east'] } },
  ]);
  const at = (time: string): number => Date.parse(`2026-10-12T${time}:00+08:00`);
  const door = (time: string, value: number): Reading => ({
    device: 'gate-east',
    metric: 'door_open',
    ts: at(time),
    value,
    flags: 0,
    receivedAt: 0,
  });
  const days = [door('05:00', 1), door('22:30', 1), door('22:45', 0), door('23:00', 1)];

  it('warms up on what lies before `from` and reports what overlaps', async () => {
    const episodes = await backtest({ ...gate, from: at('06:00'), to: at('22:40'), readings: days });
    expect(episodes.map((one) => [one.from, one.to])).toEqual([
      [at('05:00'), at('07:00')],
      [at('22:00'), null],
    ]);
    expect(episodes[1]).toMatchObject({ excess: 40, unit: 'min', reason: 'state', place: 'gate' });
  });

  it('reads from a stream and leaves out what was late when it came', async () => {
    async function* stream(): AsyncGenerator<Reading> {
      for (const reading of [...days.slice(1, 3), { ...door('23:30', 1), flags: 2 }])
        yield await Promise.resolve(reading);
    }
    const episodes = await backtest({ ...gate, from: at('22:00'), to: at('23:59'), readings: stream() });
    expect(episodes.map((one) => [one.from, one.to])).toEqual([[at('22:30'), at('22:45')]]);
  });

  describe('a device that history does not know from the beginning', () => {
    const cameras = campus([{ id: 'cam', kind: 'silent', severity: 'critical', select: { kind: 'camera' } }]);
    const beat = (device: string, time: number): Reading => ({
      ...{ device, metric: 'camera_online', ts: time, value: 1, flags: 0, receivedAt: 0 },
    });

    it('was never silent before its first word, nor when it has none', async () => {
      const first = at('12:00');
      const heard = Array.from({ length: 60 }, (_, n) => beat('cam-1', first + n * 10_000));
      const early = beat('cam-2', at('00:00'));
      const episodes = await backtest({
        ...cameras,
        from: at('00:00'),
        to: first + 600_000,
        readings: [early, ...heard],
      });
      expect(episodes.map(({ device, reason, to: end }) => [device, reason, end])).toEqual([['cam-2', 'silent', null]]);
    });

    it('has no episode that ended as it began', async () => {
      const both = [door('23:00', 1), door('23:00', 0)];
      expect(await backtest({ ...gate, from: at('22:00'), to: at('23:30'), readings: both })).toEqual([]);
    });
  });

  it('ends an episode when the condition ended: the clear delay only waits to be sure, and `for` began with it', async () => {
    const slow = campus([
      {
        ...{ id: 'gate-open', kind: 'state-in-period', metric: 'door_open', select: { devices: ['gate-east'] } },
        ...{ for: '2m', clearDelay: '90s' },
      },
    ]);
    const readings = [door('22:30', 1), door('23:33', 0)];
    const [one, ...others] = await backtest({ ...slow, from: at('22:00'), to: at('23:59'), readings });
    expect(others).toEqual([]);
    expect(one).toMatchObject({ from: at('22:30'), to: at('23:33'), excess: 63, unit: 'min' });
    expect(one?.sentence.zh).toBe('东门门磁：22:30 至 23:33 门开着（非开放时段），共 1 小时 3 分钟。');
    // Over before what is asked about began, although it was not sure yet.
    expect(await backtest({ ...slow, from: at('23:34'), to: at('23:59'), readings })).toEqual([]);
  });

  it('ends an episode when it was last known to hold, where it went unseen', async () => {
    const hot = { id: 'hot', kind: 'threshold', metric: 'power_w', above: 5_000, select: { devices: ['meter-302'] } };
    const power = (time: string, value: number): Reading => ({
      ...{ device: 'meter-302', metric: 'power_w', ts: at(time), value, flags: 0, receivedAt: 0 },
    });
    const readings = [power('22:00', 6_000), power('23:30', 100), power('23:31', 100), power('23:32', 100)];
    const meters = campus([hot], { everyS: 60 });
    const episodes = await backtest({ ...meters, from: at('21:00'), to: at('23:50'), readings });
    expect(episodes.map((one) => [one.from, one.to])).toEqual([[at('22:00'), at('22:03')]]);
    expect(episodes[0]?.sentence.zh).toContain('22:00 至 22:03 ');
  });

  it('says the dates of an episode over midnight, whose length is that from its beginning to its end', async () => {
    const night = [door('23:30', 1), { ...door('23:30', 0), ts: at('23:30') + 3 * 3_600_000 }];
    const [one] = await backtest({ ...gate, from: at('22:00'), to: at('23:30') + DAY, readings: night });
    expect(one?.sentence.zh).toBe('东门门磁：10 月 12 日 23:30 至 10 月 13 日 02:30 门开着（非开放时段），共 3 小时。');
  });

  it('reports nothing when there is nothing', async () => {
    expect(await backtest({ ...gate, from: at('00:00'), to: at('23:00'), readings: [] })).toEqual([]);
  });
});
