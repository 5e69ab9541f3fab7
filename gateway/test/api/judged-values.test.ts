import { expect, test } from 'vitest';
import { rulesConfig } from '#contract/config/rules.ts';
import type { Alert } from '#contract/http/alerts.ts';
import { judgedValues } from '../../src/api/judged-values.ts';

const { rules } = rulesConfig.parse({
  rules: [
    { id: 'hot', name: 'x', kind: 'threshold', metric: 'temperature_c', above: 30, clearBelow: 28 },
    { id: 'cold', name: 'x', kind: 'threshold', metric: 'temperature_c', below: 5 },
    { id: 'left-on', name: 'x', kind: 'closed-hours-power', aboveW: 200 },
    { id: 'silent', name: 'x', kind: 'silent' },
    { id: 'quiet', name: 'x', kind: 'silent', after: '15m' },
    { id: 'open', name: 'x', kind: 'state-in-period', metric: 'door_open', for: '2m' },
  ],
});
const alertOf = (rule: string): Alert => ({
  ...{ id: `a-${rule}`, incidentId: 'i', rule, kind: 'threshold', device: 'd', place: 'p', severity: 'info' },
  ...{ state: 'firing', since: 0, until: null, unknownSince: null, excess: null, unit: '', yuan: null },
  ...{ sentence: { zh: '', en: '' }, timeline: [] },
});

test('an alert tells what its rule compares and how long it may last, as far as that is in force', () => {
  const judged = judgedValues(
    ['hot', 'cold', 'left-on', 'silent', 'quiet', 'open', 'gone'].map(alertOf),
    rules,
    new Map([['d', { intervalS: 60 }]]),
  );
  const none = { metric: null, above: null, below: null, clear: null, equals: null, toleratedMs: null };
  expect(judged).toEqual([
    { ...none, alert: 'a-hot', metric: 'temperature_c', above: 30, clear: 28 },
    { ...none, alert: 'a-cold', metric: 'temperature_c', below: 5 },
    { ...none, alert: 'a-left-on', metric: 'power_w', above: 200 },
    { ...none, alert: 'a-silent', toleratedMs: 180_000 },
    { ...none, alert: 'a-quiet', toleratedMs: 900_000 },
    { ...none, alert: 'a-open', metric: 'door_open', equals: 1, toleratedMs: 120_000 },
  ]);
});

test('how long a device that is registered no more may be silent is not known', () => {
  expect(judgedValues([alertOf('silent')], rules, new Map())[0]?.toleratedMs).toBeNull();
});
