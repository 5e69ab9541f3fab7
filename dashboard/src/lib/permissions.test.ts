import { expect, it } from 'vitest';
import type { Me } from '#contract/http/session.ts';
import { mayAct } from './permissions.ts';

const asker = (role: Me['user']['role'], scope: Me['scope'] = null) => ({
  user: { id: 'u', name: 'n', role, createdAt: 0, disabled: false },
  scope,
});

it('offers what the gateway would allow', () => {
  expect(mayAct(asker('guard'), 'ack')).toBe(true);
  expect(mayAct(asker('guard'), 'comment')).toBe(true);
  expect(mayAct(asker('guard'), 'silence')).toBe(false);
  expect(mayAct(asker('office'), 'resolve')).toBe(true);
  expect(mayAct(asker('teacher'), 'ack')).toBe(false);
});

it('a kiosk acknowledges and does nothing else, whoever made its token', () => {
  expect(mayAct(asker('admin', 'kiosk'), 'ack')).toBe(true);
  expect(mayAct(asker('admin', 'kiosk'), 'resolve')).toBe(false);
  expect(mayAct(asker('admin', 'read'), 'ack')).toBe(false);
});
