import { expect, it } from 'vitest';
import { alertOf, incidentOf } from '../../test/samples.ts';
import { evidenceEvents, evidenceMetrics, evidenceRange } from './evidence-range.ts';
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
  expect(evidenceMetrics(alertOf({ unit: 'kWh' }), 'electricity-meter', metrics)[0]).toBe('power_w');
  expect(evidenceMetrics(alertOf({ unit: '°C' }), 'sensor', ['humidity_pct', 'temperature_c'])[0]).toBe(
    'temperature_c',
  );
  expect(evidenceMetrics(undefined, 'switch', ['online'])[0]).toBe('online');
  expect(evidenceMetrics(undefined, 'camera', ['storage_days'])[0]).toBe('storage_days');
  expect(evidenceMetrics(undefined, 'camera', [])[0]).toBeUndefined();
  const judged = { metric: 'voltage_v' };
  expect(evidenceMetrics(alertOf({ unit: 'kWh' }), 'electricity-meter', [...metrics, 'voltage_v'], judged)[0]).toBe(
    'voltage_v',
  );
  expect(evidenceMetrics(alertOf({ unit: 'kWh' }), 'electricity-meter', metrics, judged)[0]).toBe('power_w');
  // What the rule judges need not have been told at that time: the register stands behind it.
  expect(
    evidenceMetrics(alertOf({ unit: 'm³' }), 'water-meter', ['water_total_m3', 'battery_pct', 'flow_lph'], {
      metric: 'flow_lph',
    }),
  ).toEqual(['flow_lph', 'water_total_m3']);
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
