/** The rule engine, µs of CPU: 1,000 devices with ten rules each; a tick of the clock; the checkpoint; a back-test. */

import { calendarConfig } from '../contract/config/calendar.ts';
import { devicesConfig } from '../contract/config/devices.ts';
import { rulesConfig } from '../contract/config/rules.ts';
import type { Reading } from '../contract/readings.ts';
import { createSchoolCalendar } from '../src/calendar/create-school-calendar.ts';
import { NO_HOLIDAYS } from '../src/calendar/holidays.ts';
import { backtest } from '../src/rules/backtest.ts';
import { createRuleEngine } from '../src/rules/rule-engine.ts';
import type { RuleSet } from '../src/rules/watch-list.ts';
import { createRegistry } from '../src/shared/registry.ts';
import type { BenchRow } from './bench-row.ts';

const DEVICES = 1_000;
const ROUNDS = 300;
const INTERVAL_MS = 60_000;
const TICKS = 100_000;
const FROM = Date.parse('2026-10-12T12:00:00+08:00');
const REACH_US = 20;

export async function run(): Promise<BenchRow[]> {
  const set = school();
  const readings = [...history()];
  const engine = createRuleEngine({ ...set, now: FROM });
  const perReading = cpuUs(() => {
    for (const reading of readings) engine.reading(reading);
  }, readings.length);
  const rows = engine.takeDirty();
  const bytes = [...rows].reduce((sum, [key, text]) => sum + key.length + (text?.length ?? 0), 0);
  const checkpoint = cpuUs(() => {
    for (const reading of readings.slice(-DEVICES))
      engine.reading({ ...reading, ts: reading.ts + INTERVAL_MS, receivedAt: reading.receivedAt + INTERVAL_MS });
    engine.takeDirty();
  }, DEVICES);
  const quiet = createRuleEngine({ ...set, now: FROM });
  const perTick = cpuUs(() => {
    for (let tick = 0; tick < TICKS; tick += 1) quiet.advance(FROM + tick);
  }, TICKS);
  const began = process.cpuUsage();
  const episodes = await backtest({ ...set, from: FROM, to: FROM + ROUNDS * INTERVAL_MS, readings });
  const backtestUs = usSince(began) / readings.length;
  if (episodes.length === 0) throw new Error('the benchmark judges nothing');
  return [
    { id: 'reading', value: perReading, unit: 'µs', reach: REACH_US, ok: perReading <= REACH_US },
    { id: 'reading with checkpoint', value: checkpoint, unit: 'µs' },
    { id: 'idle tick', value: perTick, unit: 'µs' },
    { id: 'state per device', value: Math.round(bytes / DEVICES), unit: 'B' },
    { id: 'back-test reading', value: backtestUs, unit: 'µs' },
  ];
}

function school(): RuleSet {
  const devices = Array.from({ length: DEVICES }, (_, n) => ({
    id: `meter-${n}`,
    name: 'm',
    kind: 'electricity-meter',
    place: 'room',
  }));
  const name = { zh: '测', en: 't' };
  const campus = {
    name,
    timeZone: 'Asia/Shanghai',
    sites: [{ id: 'main', name }],
    places: [{ id: 'room', name, kind: 'room' as const, profile: 'classroom' }],
  };
  const registry = createRegistry(campus, devicesConfig.parse({ devices }));
  const levels = Array.from({ length: 7 }, (_, n) => ({
    id: `load-${n}`,
    name: 'l',
    kind: 'threshold',
    metric: 'power_w',
    above: 1_000 + 200 * n,
    for: `${n}m`,
  }));
  const rules = [
    ...levels,
    { id: 'alive', name: 'a', kind: 'silent' },
    { id: 'left-on', name: 'o', kind: 'closed-hours-power', aboveW: 300, for: '10m' },
    { id: 'study', name: 's', kind: 'threshold', metric: 'power_w', above: 2_000, period: 'open' },
  ];
  const calendar = {
    holidays: 'none',
    terms: [],
    placeProfiles: { classroom: { name: 'c', open: { school: ['07:00-14:00'], break: ['07:00-14:00'] } } },
  };
  return {
    rules: rulesConfig.parse({ rules }).rules,
    registry,
    tariffs: { defaults: {}, tariffs: [] },
    calendar: createSchoolCalendar({
      config: calendarConfig.parse(calendar),
      timeZone: 'Asia/Shanghai',
      placeProfile: registry.placeProfile,
      placePath: registry.placePath,
      holidays: NO_HOLIDAYS,
    }),
  };
}

function* history(): Generator<Reading> {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let n = 0; n < DEVICES; n += 1) {
      const ts = FROM + round * INTERVAL_MS + n * 60;
      const value = (n % 5) * 500 + ((round * 7_919 + n) % 100);
      yield { device: `meter-${n}`, metric: 'power_w', ts, value, flags: 0, receivedAt: ts + 20 };
    }
  }
}

function cpuUs(work: () => void, count: number): number {
  const began = process.cpuUsage();
  work();
  return usSince(began) / count;
}

function usSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return user + system;
}
