import { expect, test } from 'vitest';
import { incidentActions } from '#contract/http/alerts.ts';
import { epochMs, timeParam } from '#contract/http/common.ts';
import { manualReadingRequest } from '#contract/http/onboarding.ts';

test.each([8.64e15 + 1, -8.64e15 - 1, Number.MAX_SAFE_INTEGER])('%s is beyond all calendars and refused', (at) => {
  expect(epochMs.safeParse(at).success).toBe(false);
  expect(timeParam.safeParse(String(at)).success).toBe(false);
  expect(incidentActions.silence.safeParse({ until: at }).success).toBe(false);
  expect(manualReadingRequest.safeParse({ metric: 'energy_total_kwh', value: 1, at }).success).toBe(false);
});

test('the last instant there is can be written', () => {
  expect(new Date(timeParam.parse('8640000000000000')).toISOString()).toBe('+275760-09-13T00:00:00.000Z');
});
