import { expect, it } from 'vitest';
import { alertOf, incidentOf } from '../../test/samples.ts';
import { evidenceEvents, evidenceMetric, evidenceRange } from './evidence-range.ts';
import { joinTimelines } from './timeline.tsx';

const hour = 3_600_000;

it('shows a stretch before and after, never beyond now', () => {
  const now = 100 * hour;
  expect(evidenceRange({ since: now - 60_000, until: null }, now)).toEqual({ from: now - 60_000 - hour, to: now });
  expect(evidenceRange({ since: now - 20 * hour, until: now - 10 * hour }, now)).toEqual({
    from: now - 25 * hour,
    to: now - 5 * hour,
  });
  expect(evidenceRange({ since: 0, until: null }, now).from).toBe(-24 * hour);
});

it('draws what the alert is about, as far as the device sends it', () => {
  const metrics = ['online', 'energy_total_kwh', 'power_w'];
  expect(evidenceMetric(alertOf({ unit: 'kWh' }), 'electricity-meter', metrics)).toBe('power_w');
  expect(evidenceMetric(alertOf({ unit: '°C' }), 'sensor', ['humidity_pct', 'temperature_c'])).toBe('temperature_c');
  expect(evidenceMetric(undefined, 'switch', ['online'])).toBe('online');
  expect(evidenceMetric(undefined, 'camera', ['storage_days'])).toBe('storage_days');
  expect(evidenceMetric(undefined, 'camera', [])).toBeUndefined();
  const judged = { metric: 'voltage_v' };
  expect(evidenceMetric(alertOf({ unit: 'kWh' }), 'electricity-meter', [...metrics, 'voltage_v'], judged)).toBe(
    'voltage_v',
  );
  expect(evidenceMetric(alertOf({ unit: 'kWh' }), 'electricity-meter', metrics, judged)).toBe('power_w');
});

it('tells what happened once, oldest first', () => {
  const entry = (at: number, what: string) => ({ at, what, why: '', who: 'gateway' });
  const alerts = [alertOf({ timeline: [entry(1, 'firing')] }), alertOf({ id: 'a2', timeline: [entry(1, 'firing')] })];
  const joined = joinTimelines(incidentOf({ timeline: [entry(5, 'ack'), entry(0, 'opened')] }), alerts);
  expect(joined.map(({ what }) => what)).toEqual(['opened', 'firing', 'ack']);
});

it('names when it began, fired, was acknowledged by whom, and was over, in order of time', () => {
  const timeline = [
    { at: 5, what: 'pending', why: '', who: 'gateway' },
    { at: 65, what: 'firing', why: '', who: 'gateway' },
  ];
  const incident = incidentOf({ since: 5, until: 300, ackedBy: '王老师', ackedAt: 400 });
  expect(evidenceEvents(incident, alertOf({ timeline })).map(({ name, at, who }) => [name, at, who])).toEqual([
    ['began', 5, null],
    ['fired', 65, null],
    ['over', 300, null],
    ['acked', 400, '王老师'],
  ]);
  expect(evidenceEvents(incidentOf({ since: 5 }), undefined).map(({ name }) => name)).toEqual(['began']);
});
