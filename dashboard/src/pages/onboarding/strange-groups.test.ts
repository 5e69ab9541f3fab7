import { expect, it } from 'vitest';
import type { StrangeTopic } from '#contract/http/onboarding.ts';
import { strangeGroups } from './strange-groups.ts';

const strange = (topic: string, more: Partial<StrangeTopic> = {}, bytes = 10): StrangeTopic => ({
  ...{ topic, reason: 'unknown-device', detail: '', profile: 'tasmota', address: 'plug', clientId: 'c', count: 1 },
  ...{ firstAt: 1, lastAt: 1, kept: 1, latest: { at: 1, bytes, text: '', hex: null, truncated: false }, ...more },
});

it('puts the topics of one device into one row, to be added from the message that holds most', () => {
  const groups = strangeGroups([
    strange('tele/plug/STATE', { lastAt: 9 }, 90),
    strange('tele/plug/SENSOR', { lastAt: 5 }, 200),
    strange('tele/plug/LWT', {}, 6),
    strange('tele/lamp/STATE', { address: 'lamp', lastAt: 7 }),
  ]);
  expect(groups.map(({ main, others }) => [main.topic, ...others.map(({ topic }) => topic)])).toEqual([
    ['tele/plug/SENSOR', 'tele/plug/STATE', 'tele/plug/LWT'],
    ['tele/lamp/STATE'],
  ]);
});

it('leaves alone what no profile tells the device of, and what another profile tells', () => {
  const nobody = { profile: null, address: null, reason: 'unknown-topic' } as const;
  const topics = [strange('a', nobody), strange('b', nobody), strange('c'), strange('d', { profile: 'esphome' })];
  expect(strangeGroups(topics)).toHaveLength(4);
});
