import { expect, it } from 'vitest';
import type { UnreadMember } from '#contract/http/onboarding.ts';
import { fieldsOf, proposedPicks, wordsOf } from './unread-picks.ts';

const member = (path: string, more: Partial<UnreadMember> = {}): UnreadMember => ({
  ...{ path, sample: 1, metric: null, scale: null, map: null, note: null, topic: 't', at: 1, tooLong: false, ...more },
});

it('takes what is proposed without a doubt, once for each metric, and nothing that is recorded already', () => {
  const members = [
    member('a', { metric: 'power_w', scale: 1_000 }),
    member('b', { metric: 'power_w' }),
    member('c', { metric: 'voltage_v' }),
    member('d', { metric: 'current_a', note: { zh: '?', en: '?' } }),
    member('e'),
  ];
  expect([...proposedPicks(members, ['voltage_v'])]).toEqual([['a', { path: 'a', metric: 'power_w', scale: '1000' }]]);
});

it('knows the other words of a state, as the device writes them', () => {
  expect(['OPEN', 'On', '关', 1, true, 'ajar'].map((sample) => wordsOf(member('a', { sample })))).toEqual([
    ['OPEN', 'CLOSE', 'CLOSED'],
    ['On', 'Off'],
    ['关', '开'],
    ['1', '0'],
    ['true'],
    ['ajar'],
  ]);
});

it('becomes fields of devices.yaml: factors, words, and null for what is not needed', () => {
  const picks = new Map([
    ['a', { path: 'a', metric: 'power_w', scale: '1000' }],
    ['lid', { path: 'lid', metric: 'door_open', scale: '1', map: { OPEN: 1, CLOSE: 0 } }],
    ['fw', null],
  ]);
  expect(fieldsOf(picks)).toEqual({
    a: { metric: 'power_w', scale: 1_000 },
    lid: { metric: 'door_open', map: { OPEN: 1, CLOSE: 0 } },
    fw: null,
  });
});
