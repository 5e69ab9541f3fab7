import { describe, expect, it } from 'vitest';
import { incidentOf } from '../../test/samples.ts';
import { belongsTo, inOrder, matches, parseAlertFilters, tabs, withLive } from './incident-tab.ts';

const now = 10_000;
const tabsOf = (over: Parameters<typeof incidentOf>[0]) =>
  tabs.filter((tab) => belongsTo(incidentOf(over), tab, 'me', now));

describe('tabs', () => {
  it.each([
    ['new', {}, ['mine', 'all', 'history']],
    ['acknowledged', { ackedAt: 5, ackedBy: 'x' }, ['all', 'history']],
    ['given to me', { ackedAt: 5, ackedBy: 'x', assignee: 'me' }, ['mine', 'all', 'history']],
    ['silenced', { silencedUntil: now + 1 }, ['mine', 'all', 'history']],
    ['given to me, silenced', { ackedAt: 5, assignee: 'me', silencedUntil: now + 1 }, ['all', 'history']],
    ['no longer silenced', { silencedUntil: now }, ['mine', 'all', 'history']],
    ['over, seen by nobody', { state: 'resolved', until: 9 }, ['mine', 'recovered', 'history']],
    ['over, silenced', { state: 'resolved', until: 9, silencedUntil: now + 1 }, ['mine', 'recovered', 'history']],
    ['over, given to me', { state: 'resolved', until: 9, ackedAt: 5, assignee: 'me' }, ['history']],
    ['over', { state: 'resolved', until: 9, ackedAt: 5 }, ['history']],
  ] as const)('%s stands under its tabs', (_name, over, expected) => {
    expect(tabsOf(over)).toEqual(expected);
  });

  it('are read from the address, with a default for anything else', () => {
    expect(parseAlertFilters(new URLSearchParams('tab=history&severity=critical&q=门'))).toMatchObject({
      tab: 'history',
      severity: 'critical',
      text: '门',
    });
    expect(parseAlertFilters(new URLSearchParams('place=gate&from=2026-11-01&to=yesterday'))).toMatchObject({
      place: 'gate',
      from: '2026-11-01',
      to: undefined,
    });
    expect(parseAlertFilters(new URLSearchParams('tab=x&severity=y'))).toMatchObject({
      tab: 'mine',
      severity: undefined,
      text: '',
    });
  });
});

it('what came live wins over what was asked for earlier', () => {
  const list = withLive(
    [incidentOf({ state: 'firing' }), incidentOf({ id: 'i2' })],
    [incidentOf({ state: 'resolved' })],
  );
  expect(list.map(({ id, state }) => [id, state])).toEqual([
    ['i1', 'resolved'],
    ['i2', 'firing'],
  ]);
});

it('what goes on is ordered by importance, what is over by time', () => {
  const incidents = [
    incidentOf({ id: 'acked', severity: 'critical', ackedAt: 1, since: 9 }),
    incidentOf({ id: 'warning', since: 8 }),
    incidentOf({ id: 'critical', severity: 'critical', since: 1 }),
  ];
  expect(inOrder(incidents, 'all').map(({ id }) => id)).toEqual(['critical', 'warning', 'acked']);
  expect(inOrder(incidents, 'history').map(({ id }) => id)).toEqual(['acked', 'warning', 'critical']);
});

it('a filter looks at the words that are shown', () => {
  const filters = { severity: undefined, text: ' EAST ' } as const;
  expect(matches(incidentOf(), filters, 'en')).toBe(true);
  expect(matches(incidentOf(), filters, 'zh')).toBe(false);
  expect(matches(incidentOf(), { ...filters, text: '', severity: 'critical' }, 'zh')).toBe(false);
});

it.each([
  ['its place', { places: new Set(['gate']) }, true],
  ['other places', { places: new Set(['hall']) }, false],
  ['from the very instant', { from: 1_000 }, true],
  ['later', { from: 1_001 }, false],
  ['before', { to: 1_000 }, false],
] as const)('a filter looks at where and when it began: %s', (_name, within, expected) => {
  expect(matches(incidentOf(), { severity: undefined, text: '' }, 'zh', within)).toBe(expected);
});
