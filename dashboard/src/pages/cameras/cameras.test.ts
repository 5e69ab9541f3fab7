import { describe, expect, it } from 'vitest';
import { alertOf, deviceOf } from '../../test/samples.ts';
import { type CameraSigns, cameraBeats, mergeBeats, uptimeOf } from './camera-hours.ts';
import { cameraGroups, cameraStatus, clockOffS, recordingStatus } from './camera-status.ts';
import { outageAlerts } from './outages.tsx';
import { witnesses } from './use-camera-beats.ts';

const minute = 60_000;
const slotMs = 15 * minute;
const slots = (states: string) =>
  [...states].map((state, index) => ({
    ts: index * slotMs,
    count: state === '.' ? 0 : 5,
    min: state === '.' ? null : state === '1' ? 1 : 0,
    max: state === '.' ? null : state === '0' ? 0 : 1,
  }));

function signs(own: string, over: Partial<CameraSigns> = {}): CameraSigns {
  return {
    own: slots(own),
    parents: [],
    seen: () => true,
    maintenance: [],
    silences: [],
    slotMs,
    now: own.length * slotMs,
    ...over,
  };
}
const said = (of: CameraSigns): string =>
  cameraBeats(of)
    .map(({ state }) => state[0])
    .join('');

describe('heartbeats', () => {
  it('are up while heard and down while silent', () => {
    expect(said(signs('11..1'))).toBe('uuddu');
    expect(uptimeOf(cameraBeats(signs('11..1')))).toMatchObject({ share: 0.6, downMs: 2 * slotMs, unknownMs: 0 });
  });

  it('count as down where the camera said so itself, as a whole quarter', () => {
    expect(said(signs('1x01'))).toBe('uddu');
  });

  it('are unknown where the gateway heard nothing at all, and unknown counts for nothing', () => {
    const blind = signs('11..11', { seen: (ts) => ts < 2 * slotMs || ts >= 4 * slotMs });
    expect(cameraBeats(blind).map(({ state }) => state)).toEqual(['up', 'up', 'unknown', 'unknown', 'up', 'up']);
    expect(uptimeOf(cameraBeats(blind))).toMatchObject({ share: 1, unknownMs: 2 * slotMs });
  });

  it('are unknown while the switch above was down, silent or reported', () => {
    const states = (parent: string) =>
      cameraBeats(signs('1..1', { parents: [slots(parent)] })).map(({ state }) => state);
    expect(states('1..1')).toEqual(['up', 'unknown', 'unknown', 'up']);
    expect(states('1011')).toEqual(['up', 'unknown', 'down', 'up']);
  });

  it('leave out what a person switched off', () => {
    const beats = cameraBeats(signs('1..1', { maintenance: slots('.11.') }));
    expect(uptimeOf(beats)).toMatchObject({ share: 1, maintenanceMs: 2 * slotMs });
  });

  it('take short silences off to the second', () => {
    const silences = [{ from: slotMs + 2 * minute, to: slotMs + 5 * minute }];
    const beats = cameraBeats(signs('111', { silences }));
    expect(beats.map(({ state }) => state)).toEqual(['up', 'down', 'up']);
    expect(uptimeOf(beats)).toMatchObject({ share: 42 / 45, downMs: 3 * minute });
  });

  it('do not call a camera down before it was ever heard, nor in the running quarter', () => {
    expect(cameraBeats(signs('..11')).map(({ state }) => state)).toEqual(['unknown', 'unknown', 'up', 'up']);
    const running = signs('11.', { now: 2 * slotMs + minute });
    expect(cameraBeats(running).map(({ state }) => state)).toEqual(['up', 'up', 'unknown']);
    const known = signs('11.', { now: 2 * slotMs + minute, silences: [{ from: 2 * slotMs, to: null }] });
    expect(cameraBeats(known)[2]).toMatchObject({ state: 'down', downMs: minute });
  });

  it('call a camera down that was down all the time, because an alert says so', () => {
    const beats = cameraBeats(signs('..', { silences: [{ from: -1, to: null }] }));
    expect(uptimeOf(beats)).toMatchObject({ share: 0, downMs: 2 * slotMs });
  });

  it('cannot be counted when nothing is known', () => {
    expect(uptimeOf(cameraBeats(signs('..', { seen: () => false })))).toMatchObject({ share: null });
  });

  it('keep an outage visible when several share a bar', () => {
    const merged = mergeBeats(cameraBeats(signs('1111.111')), 4);
    expect(merged.map(({ state, downMs }) => [state, downMs])).toEqual([
      ['up', 0],
      ['down', slotMs],
    ]);
  });
});

describe('cameras', () => {
  const sw = deviceOf({ id: 'sw', kind: 'switch', state: 'offline' });
  const camera = deviceOf({ id: 'c1', kind: 'camera', dependsOn: ['sw'], state: 'offline', parentDown: 'sw' });

  it('behind a dead switch cannot be seen; that is not offline', () => {
    expect(cameraStatus(camera, undefined)).toBe('hidden');
    expect(cameraStatus({ ...camera, parentDown: null }, undefined)).toBe('offline');
    expect(cameraStatus({ ...camera, state: 'online' }, undefined)).toBe('online');
    expect(cameraStatus(camera, { value: 1 })).toBe('maintenance');
  });

  it('stand under what they hang on, dead parents first', () => {
    const lone = deviceOf({ id: 'c2', kind: 'camera' });
    const groups = cameraGroups([lone, camera, sw]);
    expect(groups.map(({ parent, cameras }) => [parent?.id, cameras.map(({ id }) => id)])).toEqual([
      ['sw', ['c1']],
      [undefined, ['c2']],
    ]);
  });

  it('have one outage per incident, and only silences are outages', () => {
    const silent = { kind: 'silent', incidentId: 'i1' } as const;
    const alerts = [
      alertOf({ ...silent, id: 'a1', device: 'c1', since: 5 }),
      alertOf({ ...silent, id: 'a2', device: 'sw', since: 3 }),
      alertOf({ id: 'a4', device: 'c1', kind: 'state-in-period', incidentId: 'i9' }),
    ];
    expect(outageAlerts(alerts, [camera, sw]).map(({ id }) => id)).toEqual(['a2']);
  });

  it('are vouched for by devices of many kinds that report often', () => {
    const of = (id: string, kind: 'camera' | 'door' | 'sensor' | 'electricity-meter', intervalS = 10) =>
      deviceOf({ id, kind, intervalS });
    const chosen = witnesses([
      of('c1', 'camera'),
      of('d1', 'door'),
      of('d2', 'door'),
      of('m1', 'electricity-meter', 30),
      of('s1', 'sensor', 3_600),
      deviceOf({ id: 'm2', kind: 'electricity-meter', lastSeenAt: null }),
    ]);
    expect(chosen.map(({ id }) => id)).toEqual(['m1', 'd1', 'c1', 'd2']);
  });
});

describe('what a camera proves', () => {
  it('is recorded only when somebody said so lately', () => {
    const said = (value: number, freshness: 'live' | 'hint', agoMs = 0, intervalS = 30) =>
      recordingStatus({ value, freshness, receivedAt: 1_000_000 - agoMs }, intervalS, 1_000_000);
    expect(recordingStatus(undefined, 30, 0)).toBe('unknown');
    expect([said(1, 'live'), said(0, 'live'), said(1, 'hint')]).toEqual(['recording', 'not-recording', 'unknown']);
    expect([said(1, 'live', 179_000), said(1, 'live', 181_000)]).toEqual(['recording', 'unknown']);
    expect(said(1, 'live', 800_000, 300)).toBe('recording');
  });

  it('has a clock that may be a minute off', () => {
    expect(clockOffS(undefined)).toBeUndefined();
    expect(clockOffS({ value: -60, freshness: 'live' })).toBeUndefined();
    expect(clockOffS({ value: -180, freshness: 'live' })).toBe(-180);
    expect(clockOffS({ value: 7_200, freshness: 'stale' })).toBe(7_200);
    expect(clockOffS({ value: 7_200, freshness: 'hint' })).toBeUndefined();
  });
});
