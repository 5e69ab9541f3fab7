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
    { id: 'open', name: 'x', kind: 'state-in-period', metric: 'door_open' },
  ],
});
const alertOf = (rule: string): Alert => ({
  ...{ id: `a-${rule}`, incidentId: 'i', rule, kind: 'threshold', device: 'd', place: 'p', severity: 'info' },
  ...{ state: 'firing', since: 0, until: null, unknownSince: null, excess: null, unit: '', yuan: null },
  ...{ sentence: { zh: '', en: '' }, timeline: [] },
});

test('an alert tells the metric and the limits of its rule, as far as that is in force and has any', () => {
  const judged = judgedValues(['hot', 'cold', 'left-on', 'silent', 'open', 'gone'].map(alertOf), rules);
  expect(judged).toEqual([
    { alert: 'a-hot', metric: 'temperature_c', above: 30, below: null, clear: 28 },
    { alert: 'a-cold', metric: 'temperature_c', above: null, below: 5, clear: null },
    { alert: 'a-left-on', metric: 'power_w', above: 200, below: null, clear: null },
    { alert: 'a-open', metric: 'door_open', above: null, below: null, clear: null },
  ]);
});
