import { describe, expect, it } from 'vitest';
import { alertOf, deviceOf } from '../../test/samples.ts';
import { cameraGroups, cameraStatus, clockOffS, recordingStatus } from './camera-status.ts';
import { outageAlerts, outageCounts } from './outages.tsx';

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

  it('behind one switch have one outage of that, and none of their own', () => {
    const outage = (incident: string, cause: string) => ({ incident, cause, from: 0, to: null });
    const three = ['c1', 'c2', 'c3'].map((device) => ({ device, outages: [outage('i1', 'sw')] }));
    expect(outageCounts(three)).toEqual({ own: 0, above: 1, hidden: 3 });
    const another = { device: 'c4', outages: [outage('i2', 'c4'), outage('i3', 'c4')] };
    expect(outageCounts([...three, another])).toEqual({ own: 2, above: 1, hidden: 3 });
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
