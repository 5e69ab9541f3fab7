/**
 * Rule tests that read like a timetable:
 *
 *     day.at('22:00').door('gate-east').open();
 *     day.at('22:10').expect('22:02 gate-open gate-east firing since 22:00');
 *
 * `expect` names every transition since the last one, so that nothing that happens goes unseen. Times are those of the
 * site; `+1 06:00` is the day after the first.
 */
import { expect } from 'vitest';
import { FLAG_BITS } from '#contract/readings.ts';
import { createRuleEngine, type RuleEngine } from '../../src/rules/rule-engine.ts';
import type { Transition } from '../../src/rules/transition.ts';
import type { RuleSet } from '../../src/rules/watch-list.ts';
import { type CampusOptions, campus, rulesOf } from './campus.ts';
import { placing } from './placing.ts';

const DAY_MS = 86_400_000;

export interface Timetable {
  at(time: string): Moment;
  /** For days on which the wall clock is no good. */
  atMs(at: number): Moment;
  /** Time passes up to the next `at`, but no process is there to see it. */
  offline(until: string): void;
  /** The process goes on at another time: the clock was put. */
  resumeAt(time: string): void;
  /** Transitions since the last `expect`, with sentences and figures. */
  take(): Transition[];
  instant(time: string): number;
  readonly set: RuleSet;
}

/** What a reading says besides its value. */
export interface Told {
  readonly ts?: string;
  readonly flag?: keyof typeof FLAG_BITS;
  /** Several at once. */
  readonly flags?: number;
}

export interface Moment {
  door(id: string): { open(): void; close(): void };
  meter(id: string): { power(watts: number): void; register(m3: number): void; flow(lph: number): void };
  camera(id: string): { beats(): void; saysOff(): void };
  reading(device: string, metric: string, value: number, more?: Told): void;
  heard(device: string): void;
  unknown(device: string, reason: string | null): void;
  /** The process dies and starts again with what the checkpoint holds. */
  restart(): void;
  reload(rules: readonly object[]): void;
  expect(...lines: string[]): void;
}

export function timetable(date: string, rules: readonly object[], options: CampusOptions = {}): Timetable {
  let set = campus(rules, options);
  const instant = (time: string): number => instantOf(time, date, set);
  let engine: RuleEngine = createRuleEngine({ ...set, now: instant('00:00') });
  const rows = new Map<string, string>();
  let news: Transition[] = [];

  const take = (transitions: readonly Transition[]): void => {
    news.push(...transitions);
    for (const [key, text] of engine.takeDirty()) {
      if (text === null) rows.delete(key);
      else rows.set(key, text);
    }
  };
  const place = placing();
  const send = (at: number, device: string, metric: string, value: number, ts = at, flags = 0): void =>
    take(engine.reading(place({ device, metric, ts, value, flags, receivedAt: at })));

  const moment = (at: number): Moment => ({
    door: (id) => ({ open: () => send(at, id, 'door_open', 1), close: () => send(at, id, 'door_open', 0) }),
    meter: (id) => ({
      power: (watts) => send(at, id, 'power_w', watts),
      register: (m3) => send(at, id, 'water_total_m3', m3),
      flow: (lph) => send(at, id, 'flow_lph', lph),
    }),
    camera: (id) => ({
      beats: () => send(at, id, 'camera_online', 1),
      saysOff: () => send(at, id, 'camera_online', 0),
    }),
    reading: (device, metric, value, more = {}) =>
      send(
        at,
        device,
        metric,
        value,
        more.ts === undefined ? at : instant(more.ts),
        more.flags ?? (more.flag ? FLAG_BITS[more.flag] : 0),
      ),
    heard: (device) => take(engine.heard(device, at)),
    unknown: (device, reason) => take(engine.setUnknown(device, at, reason)),
    restart() {
      engine = createRuleEngine({ ...set, state: new Map(rows), now: at });
      take(engine.resume(at));
    },
    reload(next) {
      set = { ...set, rules: rulesOf(next) };
      take(engine.reload(set, at));
    },
    expect(...lines) {
      expect(news.map((transition) => lineOf(transition, date, set))).toEqual(lines);
      news = [];
    },
  });

  let asleepUntil = 0;
  const atMs = (at: number): Moment => {
    if (at > asleepUntil) take(engine.advance(at));
    return moment(at);
  };
  return {
    at: (time) => atMs(instant(time)),
    atMs,
    offline(until) {
      asleepUntil = instant(until);
    },
    resumeAt: (time) => take(engine.resume(instant(time))),
    take() {
      const taken = news;
      news = [];
      return taken;
    },
    instant,
    get set() {
      return set;
    },
  };
}

/** `22:02 gate-open gate-east firing since 22:00 (state)`; the reason is left out where it is the usual one. */
function lineOf({ at, rule, device, to, since, reason }: Transition, date: string, set: RuleSet): string {
  const because = to === 'pending' || to === 'firing' ? '' : ` (${reason})`;
  return `${clock(at, date, set)} ${rule} ${device} ${to} since ${clock(since, date, set)}${because}`;
}

function clock(at: number, date: string, set: RuleSet): string {
  const local = localText(at, set.calendar.timeZone);
  const days = Math.round((Date.parse(local.slice(0, 10)) - Date.parse(date)) / DAY_MS);
  const time = local.slice(11).replace(/:00$/, '');
  return days === 0 ? time : `${days > 0 ? '+' : ''}${days} ${time}`;
}

function instantOf(time: string, date: string, set: RuleSet): number {
  const [, days = '0', clockTime = ''] = /^(?:([+-]\d+) )?(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$/.exec(time) ?? [];
  const day = new Date(Date.parse(date) + Number(days) * DAY_MS).toISOString().slice(0, 10);
  const [hours = 0, minutes = 0, seconds = 0] = clockTime.split(':').map(Number);
  if (clockTime === '') throw new Error(`not a time of the timetable: ${time}`);
  const guess = set.calendar.dayBounds(day).from + ((hours * 60 + minutes) * 60 + seconds) * 1_000;
  // On a day with a clock change the wall clock is an hour off after it.
  const off = Date.parse(`${localText(guess, set.calendar.timeZone)}Z`) - Date.parse(`${day}T00:00:00Z`);
  return guess - (Math.floor(off / 1_000) * 1_000 - Math.floor((hours * 60 + minutes) * 60 + seconds) * 1_000);
}

function localText(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
    .format(at)
    .replace(' ', 'T');
}
