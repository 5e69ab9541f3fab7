import { expect, it } from 'vitest';
import { alertOf, incidentOf } from '../test/samples.ts';
import { refusalOf } from './incident-deeds.ts';

const running = { incident: incidentOf(), alerts: [alertOf()], storage: [] };
const full = { ...running, storage: [{ refuses: ['records' as const] }] };

it('what can be seen to go on is not closed; what cannot be seen any more is', () => {
  expect(refusalOf('resolve', running)).toBe('holds');
  expect(refusalOf('resolve', { ...running, alerts: [alertOf({ unknownSince: 5 })] })).toBeUndefined();
  for (const action of ['ack', 'assign', 'comment', 'silence'] as const)
    expect(refusalOf(action, running)).toBeUndefined();
});

it('nothing is done that the disk cannot keep, but its own trouble is acknowledged', () => {
  for (const action of ['ack', 'assign', 'comment', 'silence', 'resolve'] as const)
    expect(refusalOf(action, full)).toBe('disk');
  const own = { ...full, incident: incidentOf({ cause: 'gateway' }) };
  expect(refusalOf('ack', own)).toBeUndefined();
  expect(refusalOf('comment', own)).toBe('disk');
  expect(refusalOf('ack', { ...running, storage: [{ refuses: ['readings'] }] })).toBeUndefined();
});
