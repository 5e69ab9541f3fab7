import { expect, it } from 'vitest';
import { ROLES } from '#contract/enums.ts';
import type { Me } from '#contract/http/session.ts';
import { around } from '../../lib/around.ts';
import { overviewOrder } from './overview-order.ts';

const me = (role: Me['user']['role'], scope: Me['scope'] = null): Pick<Me, 'user' | 'scope'> => ({
  user: { id: 'u', name: 'n', role, createdAt: 0, disabled: false },
  scope,
});

it.each([
  [me('guard'), 'alerts', 'now'],
  [me('maintainer'), 'alerts', 'now'],
  [me('admin', 'kiosk'), 'alerts', 'now'],
  [me('office'), 'electricity', 'power'],
  [me('admin'), 'electricity', 'power'],
  [me('leader'), 'cost', 'power'],
] as const)('%j sees %s first and then %s', (who, tile, first) => {
  const order = overviewOrder(who);
  expect(order.tiles[0]).toBe(tile);
  expect(order.first).toBe(first);
});

it('a guard has alerts, doors and cameras before all energy', () => {
  expect(overviewOrder(me('guard')).tiles.slice(0, 3).toSorted()).toEqual(['alerts', 'cameras', 'doors']);
});

it.each(ROLES)('%s sees each tile once', (role) => {
  expect(new Set(overviewOrder(me(role)).tiles).size).toBe(6);
  expect(overviewOrder(me(role)).tiles).toHaveLength(6);
});

it.each([
  ['东侧门自 02:33 起开着', [undefined, '东侧门'], ['', '东侧门', '自 02:33 起开着']],
  ['The gate is open', ['gate', 'The'], ['The ', 'gate', ' is open']],
  ['x', ['', 'y'], ['x', '', '']],
] as const)('%s is cut around its name', (sentence, names, parts) => {
  expect(around(sentence, names)).toEqual(parts);
});
