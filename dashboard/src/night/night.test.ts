import { describe, expect, it } from 'vitest';
import type { Incident } from '#contract/http/alerts.ts';
import { incidentOf } from '../test/samples.ts';
import { nightText } from './night.text.ts';
import { actsIn, incidentsIn, nightMarks, nightOf, within } from './night.ts';
import { nightSentence } from './night-sentence.ts';

const zone = 'Asia/Shanghai';
const at = (text: string): number => Date.parse(`${text}:00+08:00`);
const minute = 60_000;

describe('the night', () => {
  it.each([
    // now, from, to, is it now
    ['2026-03-03T10:00', '2026-03-02T18:00', '2026-03-03T07:30', false],
    ['2026-03-03T17:59', '2026-03-02T18:00', '2026-03-03T07:30', false],
    ['2026-03-03T18:00', '2026-03-03T18:00', '2026-03-04T07:30', true],
    ['2026-03-03T02:40', '2026-03-02T18:00', '2026-03-03T07:30', true],
    ['2026-03-03T07:30', '2026-03-02T18:00', '2026-03-03T07:30', false],
    ['2026-03-01T00:00', '2026-02-28T18:00', '2026-03-01T07:30', true],
  ])('at %s is %s–%s', (now, from, to, isNow) => {
    expect(nightOf(zone, at(now))).toEqual({
      from: at(from),
      to: at(to),
      isNow,
      seenTo: Math.min(at(now), at(to)),
    });
  });

  it('has the site’s own hours when the clocks change', () => {
    const night = nightOf('Europe/Berlin', Date.parse('2026-03-29T10:00:00+02:00'));
    expect(night.from).toBe(Date.parse('2026-03-28T18:00:00+01:00'));
    expect(night.to).toBe(Date.parse('2026-03-29T07:30:00+02:00'));
  });
});

const night = nightOf(zone, at('2026-03-03T10:00'));
const door = (over: Partial<Incident> = {}): Incident =>
  incidentOf({
    ...{ id: 'd', state: 'resolved', since: at('2026-03-03T02:33'), until: at('2026-03-03T02:41') },
    ...over,
  });

describe('its incidents', () => {
  it('are those that touch it, also those from before and those that last; merged ones are left out', () => {
    const list = [
      door({ id: 'in' }),
      door({ id: 'before', since: at('2026-03-02T12:00'), until: at('2026-03-02T17:59') }),
      door({ id: 'into', since: at('2026-03-01T12:00'), until: at('2026-03-02T18:00') }),
      door({ id: 'lasts', state: 'firing', since: at('2026-03-02T20:00'), until: null }),
      door({ id: 'after', since: at('2026-03-03T07:30'), until: null, state: 'firing' }),
      door({ id: 'merged', alerts: [] }),
    ];
    expect(incidentsIn(list, night.from, night.seenTo).map(({ id }) => id)).toEqual(['into', 'lasts', 'in']);
  });

  it('stand together where their marks would lie on each other, under the worst of them', () => {
    const list = [
      door({ id: 'a', since: night.from }),
      door({ id: 'b', since: night.from + 10 * minute, severity: 'critical' }),
      door({ id: 'c', since: night.from + 405 * minute, severity: 'info' }),
    ];
    const marks = nightMarks(list, night, 0.05);
    expect(marks.map(({ share, severity, incidents }) => [share, severity, incidents.length])).toEqual([
      [0, 'critical', 2],
      [0.5, 'info', 1],
    ]);
    expect(nightMarks([door({ since: night.from - 1 })], night, 0.05)[0]?.share).toBe(0);
  });

  it('know who acted and when; what the gateway did is nobody’s act', () => {
    const list = [
      door({
        timeline: [
          { at: night.from + 1, what: 'opened', why: '', who: 'gateway' },
          { at: night.from + 9, what: 'comment', why: '已到现场', who: '李工' },
          { at: night.from + 5, what: 'ack', why: '', who: '王主任' },
          { at: night.to, what: 'ack', why: '', who: '早班' },
        ],
      }),
    ];
    expect(actsIn(list, night).map(({ who, what }) => [who, what])).toEqual([
      ['王主任', 'ack'],
      ['李工', 'comment'],
    ]);
  });
});

it('spans are cut to the night, and those outside are none', () => {
  const off = [
    { from: 0, to: night.from + 5 },
    { from: night.to, to: night.to + 5 },
    { from: night.to - 3, to: night.to + 3 },
  ];
  expect(within(off, night)).toEqual([
    { from: night.from, to: night.from + 5 },
    { from: night.to - 3, to: night.to },
  ]);
});

describe('its sentence', () => {
  const zh = nightText.zh;
  const hm = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
  const facts = {
    night,
    off: [],
    nameOf: ({ id }: Incident) => ({ d: '东侧门', p: '301 室' })[id] ?? id,
    timeOf: (time: number) => hm.format(time),
  };
  const acked = (id: string, who: string, over: Partial<Incident> = {}) =>
    door({ id, ackedBy: who, ackedAt: at('2026-03-03T02:40'), ...over });

  it('says what happened, who dealt with it and what nobody has acknowledged', () => {
    const incidents = [acked('a', '王主任'), acked('b', '李工'), door()];
    expect(nightSentence({ ...facts, incidents }, zh)).toBe(
      '昨夜：2 起已处理（王主任、李工），1 起待确认（东侧门 02:33–02:41，无人确认）。',
    );
    expect(nightSentence({ ...facts, incidents }, nightText.en)).toBe(
      'Last night: 2 dealt with (王主任, 李工), 1 to acknowledge (东侧门 02:33–02:41; not acknowledged).',
    );
  });

  it('never calls quiet what has ended without anybody looking, nor what goes on', () => {
    expect(nightSentence({ ...facts, incidents: [] }, zh)).toBe('昨夜没有告警。');
    const lasts = door({ id: 'p', state: 'firing', until: null });
    expect(nightSentence({ ...facts, incidents: [lasts] }, zh)).toBe(
      '昨夜：1 起待确认（301 室 02:33 起，未恢复，无人确认）。',
    );
    const inHand = acked('p', '王主任', { state: 'firing', until: null });
    expect(nightSentence({ ...facts, incidents: [inHand] }, zh)).toBe('昨夜：1 起处理中（王主任）。');
  });

  it('names two and says that there are more', () => {
    const incidents = ['d', 'p', 'x'].map((id) => door({ id }));
    expect(nightSentence({ ...facts, incidents }, zh)).toContain(
      '3 起待确认（东侧门 02:33–02:41、301 室 02:33–02:41 等，',
    );
  });

  it('says when the gateway saw nothing; a night without alerts that it did not see is not quiet', () => {
    const some = [{ from: at('2026-03-02T22:10'), to: at('2026-03-03T05:40') }];
    expect(nightSentence({ ...facts, incidents: [], off: some }, zh)).toBe(
      '昨夜没有告警。22:10–05:40 系统没有运行，情况不明。',
    );
    expect(nightSentence({ ...facts, incidents: [], off: [night] }, zh)).toBe('昨夜系统没有运行，情况不明。');
  });

  it('is about tonight while it lasts', () => {
    const tonight = nightOf(zone, at('2026-03-03T22:00'));
    expect(nightSentence({ ...facts, night: tonight, incidents: [] }, zh)).toBe('今夜至此没有告警。');
  });
});
