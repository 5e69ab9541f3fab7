import { expect, it } from 'vitest';
import type { Me } from '#contract/http/session.ts';
import { mayAct, readsAsOffice, readsMeters, writesAsOffice } from './permissions.ts';

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

it('shows the office’s pages to the office, and lets a reading token change nothing', () => {
  expect([asker('admin'), asker('office'), asker('guard')].map(readsAsOffice)).toEqual([true, true, false]);
  expect([asker('admin'), asker('office'), asker('guard')].map(writesAsOffice)).toEqual([true, true, false]);
  expect([readsAsOffice(asker('admin', 'read')), writesAsOffice(asker('admin', 'read'))]).toEqual([true, false]);
  expect([readsAsOffice(asker('admin', 'kiosk')), writesAsOffice(asker('admin', 'write'))]).toEqual([false, true]);
});

it('lets people sign for meters, and no token', () => {
  expect([asker('admin'), asker('office'), asker('maintainer'), asker('guard')].map(readsMeters)).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(readsMeters(asker('admin', 'write'))).toBe(false);
});
