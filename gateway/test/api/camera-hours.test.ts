import { describe, expect, it } from 'vitest';
import type { Incident } from '#contract/http/alerts.ts';
import {
  barsOf,
  type CameraSigns,
  cameraSlots,
  outagesOf,
  type Slot,
  type SlotSigns,
  uptimeOf,
} from '../../src/api/camera-hours.ts';
import { witnesses } from '../../src/api/uptime-routes.ts';
import { deviceOf } from './fake-live.ts';

const minute = 60_000;
const slotMs = 15 * minute;

/** One sign a slot: `.` nothing, `1` on, `0` off, `x` both. */
function slots(states: string): Map<number, SlotSigns> {
  const signs = [...states].map((state, index): [number, SlotSigns | undefined] => [
    index * slotMs,
    state === '.' ? undefined : { count: 5, min: state === '1' ? 1 : 0, max: state === '0' ? 0 : 1 },
  ]);
  return new Map(signs.flatMap(([at, of]) => (of ? [[at, of] as const] : [])));
}

const signs = (own: string, over: Partial<CameraSigns> = {}): CameraSigns => ({
  from: 0,
  to: own.length * slotMs,
  slotMs,
  own: slots(own),
  parents: [],
  maintenance: new Map(),
  seen: () => true,
  silences: [],
  hidden: [],
  ...over,
});
const letter = ({ upMs, downMs, unknownMs }: Slot): string =>
  downMs > 0 ? 'd' : upMs > 0 ? 'u' : unknownMs > 0 ? '?' : 'm';
const said = (of: CameraSigns): string => cameraSlots(of).map(letter).join('');
const uptime = (of: CameraSigns) => uptimeOf(cameraSlots(of));

describe('a camera', () => {
  it('is up while heard and down while silent', () => {
    expect(said(signs('11..1'))).toBe('uuddu');
    expect(uptime(signs('11..1'))).toMatchObject({ share: 0.6, downMs: 2 * slotMs, unknownMs: 0 });
  });

  it('is down for a whole quarter where it said so itself', () => {
    expect(said(signs('1x01'))).toBe('uddu');
  });

  it('is unknown where the gateway heard nothing at all; the share is one of what is known', () => {
    const blind = signs('11..11', { seen: (ts) => ts < 2 * slotMs || ts >= 4 * slotMs });
    expect(said(blind)).toBe('uu??uu');
    expect(uptime(blind)).toMatchObject({ share: 1, knownMs: 4 * slotMs, unknownMs: 2 * slotMs });
  });

  it('is unknown while the switch above was down, silent or reported', () => {
    expect(said(signs('1..1', { parents: [slots('1..1')] }))).toBe('u??u');
    expect(said(signs('1..1', { parents: [slots('1011')] }))).toBe('u?du');
  });

  it('is not hidden by a switch that never tells of itself', () => {
    expect(said(signs('1..1', { parents: [slots('....')] }))).toBe('uddu');
    expect(said(signs('1..1', { parents: [slots('....')], hidden: [{ from: slotMs, to: 3 * slotMs }] }))).toBe('u??u');
  });

  it('that its switch hid for minutes is unknown for minutes, and never down for them', () => {
    const span = { from: slotMs + 2 * minute, to: slotMs + 5 * minute };
    expect(uptime(signs('111', { hidden: [span], silences: [span] }))).toMatchObject({
      ...{ share: 1, knownMs: 42 * minute, downMs: 0, unknownMs: 3 * minute },
    });
  });

  it('is neither up nor down while a person has switched it off', () => {
    expect(uptime(signs('1..1', { maintenance: slots('.11.') }))).toMatchObject({
      ...{ share: 1, knownMs: 2 * slotMs, maintenanceMs: 2 * slotMs },
    });
  });

  it('was down for short silences to the second', () => {
    const silences = [{ from: slotMs + 2 * minute, to: slotMs + 5 * minute }];
    expect(said(signs('111', { silences }))).toBe('udu');
    expect(uptime(signs('111', { silences }))).toMatchObject({ share: 0.9333, downMs: 3 * minute });
  });

  it('is not called down before it was ever heard, nor in the running quarter', () => {
    expect(said(signs('..11'))).toBe('??uu');
    const running = { to: 2 * slotMs + minute };
    expect(said(signs('11.', running))).toBe('uu?');
    const known = cameraSlots(signs('11.', { ...running, silences: [{ from: 2 * slotMs, to: null }] }));
    expect(known[2]).toMatchObject({ downMs: minute, unknownMs: 0 });
  });

  it('that was down all the time is, because an alert says so', () => {
    expect(uptime(signs('..', { silences: [{ from: -1, to: null }] }))).toMatchObject({ share: 0, downMs: 2 * slotMs });
  });

  it('has no share when nothing is known, and never the whole of it when it was down', () => {
    expect(uptime(signs('..', { seen: () => false }))).toMatchObject({
      share: null,
      knownMs: 0,
      unknownMs: 2 * slotMs,
    });
    const second = { from: 5, to: 1_005 };
    expect(uptime(signs('1'.repeat(672), { silences: [second] })).share).toBe(0.9999);
  });

  it('keeps an outage visible when several quarters share a bar, and says what lasted longest otherwise', () => {
    const bars = barsOf(cameraSlots(signs('1111.111', {})), 4);
    expect(bars.map(({ state, downMs }) => [state, downMs])).toEqual([
      ['up', 0],
      ['down', slotMs],
    ]);
    const dark = signs('1...1...', { seen: (ts) => ts % (4 * slotMs) === 0 });
    expect(barsOf(cameraSlots(dark), 4).map(({ state }) => state)).toEqual(['unknown', 'unknown']);
  });
});

describe('outages', () => {
  const incident = (id: string, cause: string, since: number, affected: string[] = []) =>
    ({ id, cause, affected, since, until: since + 10 }) satisfies Partial<Incident>;
  const known = (...all: ReturnType<typeof incident>[]) => new Map(all.map((one) => [one.id, one]));
  const silent = (incidentId: string, since: number, until: number | null = since + 5) => ({
    incidentId,
    since,
    until,
  });
  const range = { from: 0, to: 1_000 };

  it('of its own are one per incident', () => {
    const own = [silent('i1', 100), silent('i1', 90)];
    expect(outagesOf('c1', own, known(incident('i1', 'c1', 90)), range)).toEqual([
      { incident: 'i1', cause: 'c1', from: 90, to: 105 },
    ]);
  });

  it('of the switch are none of its own, alerted before that was known or not', () => {
    const incidents = known(
      incident('i2', 'sw', 200, ['c1', 'c2']),
      incident('i3', 'sw', 300),
      incident('i4', 'c2', 400),
    );
    const cause = (camera: string, own: ReturnType<typeof silent>[]) =>
      outagesOf(camera, own, incidents, range).map((one) => [one.incident, one.cause, one.from]);
    expect(cause('c1', [silent('i3', 305)])).toEqual([
      ['i3', 'sw', 300],
      ['i2', 'sw', 200],
    ]);
    expect(cause('c2', [silent('i4', 400, null)])).toEqual([
      ['i4', 'c2', 400],
      ['i2', 'sw', 200],
    ]);
  });

  it('are those that touch the range', () => {
    const own = [silent('i5', -50, -10), silent('i6', -50, 20), silent('i7', 990, null), silent('i8', 1_000, null)];
    expect(outagesOf('c1', own, new Map(), range).map(({ incident: id }) => id)).toEqual(['i7', 'i6']);
  });
});

it('cameras are vouched for by devices of many kinds that report often', () => {
  const of = (id: string, kind: Parameters<typeof deviceOf>[1], intervalS = 10) => ({
    ...deviceOf(id, kind, 'hall'),
    intervalS,
  });
  const chosen = witnesses([
    of('c1', 'camera'),
    of('d1', 'door'),
    of('d2', 'door'),
    of('m1', 'electricity-meter', 30),
    of('s1', 'sensor', 3_600),
    { ...of('m2', 'electricity-meter'), lastSeenAt: null },
  ]);
  expect(chosen.map(({ id }) => id)).toEqual(['m1', 'd1', 'c1', 'd2']);
});
