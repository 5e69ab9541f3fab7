import { expect, it } from 'vitest';
import { ROLES } from '#contract/enums.ts';
import type { Me } from '#contract/http/session.ts';
import { phoneBar } from './destinations.ts';

const me = (role: Me['user']['role']): Pick<Me, 'user' | 'scope'> => ({
  user: { id: 'u', name: 'n', role, createdAt: 0, disabled: false },
  scope: null,
});

it('a guard has alerts and doors under the thumb', () => {
  expect(phoneBar(me('guard')).bar.map(({ name }) => name)).toEqual(['overview', 'alerts', 'doors', 'cameras']);
  expect(phoneBar(me('guard')).more.map(({ name }) => name)).toEqual(['energy', 'devices']);
});

it.each(ROLES)('%s reaches every page, four of them at once', (role) => {
  const { bar, more } = phoneBar(me(role));
  expect(bar).toHaveLength(4);
  const names = [...bar, ...more].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(['overview', 'energy', 'doors', 'cameras', 'alerts', 'devices']));
  expect(names.includes('rules')).toBe(role === 'admin' || role === 'office');
  expect(names.includes('users')).toBe(role === 'admin');
});
