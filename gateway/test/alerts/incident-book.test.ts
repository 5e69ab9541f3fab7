import { describe, expect, test } from 'vitest';
import type { Severity } from '#contract/enums.ts';
import { createIncidentBook, type IncidentBook } from '../../src/alerts/incident-book.ts';
import type { Transition, TransitionTo } from '../../src/rules/transition.ts';
import { smallCampus } from '../small-campus.ts';

const T = Date.UTC(2026, 2, 2, 14, 0, 0);
const s = (seconds: number): number => T + seconds * 1_000;
const registry = smallCampus();

function say(to: TransitionTo, device: string, at: number, more: Partial<Transition> = {}): Transition {
  const rule = more.rule ?? 'silent';
  return {
    rule,
    kind: rule === 'silent' ? 'silent' : 'state-in-period',
    severity: 'warning',
    device,
    place: 'gate-east',
    to,
    at,
    since: at,
    until: at,
    reason: to === 'resolved' ? 'cleared' : rule,
    excess: null,
    unit: '',
    yuan: null,
    sentence: { zh: `${device} 出事`, en: `${device} in trouble` },
    ...more,
  };
}

function book(roots: Record<string, { cause: string; probable: boolean }> = {}): IncidentBook {
  return createIncidentBook(
    {
      registry,
      rootOf: (device) => roots[device] ?? { cause: device, probable: false },
      isOut: (device) => roots[device] !== undefined,
      hiddenBehind: (cause) => (cause === 'mute' ? ['cam-mute-1', 'cam-mute-2'] : []),
      isConnectivity: (rule) => rule === 'silent',
      words: {
        time: () => ({ zh: '22:00', en: '22:00' }),
        range: () => ({ zh: '22:00 至 22:01 ', en: 'from 22:00 to 22:01' }),
        duration: (ms) => ({ zh: `${ms / 60_000} 分钟`, en: `${ms / 60_000} min` }),
      },
    },
    { incidents: [], alerts: [] },
  );
}
const firing = (incidents: IncidentBook) =>
  incidents.current(s(10_000)).filter((incident) => incident.state === 'firing');
const deed = (action: 'ack' | 'comment' | 'resolve' | 'silence' | 'ticket' | 'assign', at: number, more = {}) => ({
  action,
  who: '门卫',
  at,
  ...more,
});

describe('one incident per cause', () => {
  const behindSwitch = Object.fromEntries(
    Array.from({ length: 8 }, (_, n) => [`cam-sw-${n + 1}`, { cause: 'sw', probable: true }]),
  );

  test('eight cameras and their switch make one incident that names the switch', () => {
    const incidents = book(behindSwitch);
    for (let n = 1; n <= 8; n += 1) incidents.apply(say('firing', `cam-sw-${n}`, s(30 + n)));
    expect(firing(incidents)[0]?.sentence.zh).toContain('疑似断线');
    incidents.apply(say('firing', 'sw', s(40), { severity: 'critical' }));
    const [only, ...others] = firing(incidents);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ cause: 'sw', severity: 'critical', since: s(40) });
    expect(only?.alerts).toHaveLength(9);
    expect(only?.sentence.zh).toBe(
      '东门交换机 22:00 断线，下面 8 路监控情况不明。先查它的供电和网线。责任人：李师傅。',
    );
  });

  test('cameras that fired on their own before the switch was known to be down are merged into its incident', () => {
    const incidents = book();
    incidents.apply(say('firing', 'cam-sw-1', s(30)));
    incidents.apply(say('firing', 'cam-sw-2', s(31)));
    incidents.apply(say('firing', 'cam-mute-1', s(31)));
    expect(firing(incidents)).toHaveLength(3);
    incidents.apply(say('firing', 'sw', s(33)));
    const now = firing(incidents);
    expect(now.map((incident) => incident.cause).sort()).toEqual(['cam-mute-1', 'sw']);
    const merged = now.find((incident) => incident.cause === 'sw');
    expect(merged?.alerts).toHaveLength(3);
    for (const id of merged?.alerts ?? [])
      expect(incidents.alertsOf(merged?.id ?? '').find((alert) => alert.id === id)?.incidentId).toBe(merged?.id);
  });

  test('a camera that died long before its switch keeps its own incident', () => {
    const incidents = book();
    incidents.apply(say('firing', 'cam-sw-1', s(-7_200)));
    incidents.apply(say('firing', 'sw', s(0)));
    expect(firing(incidents)).toHaveLength(2);
  });

  test('devices that went out of sight are listed once, and the incident resolves with its last alert', () => {
    const incidents = book();
    incidents.apply(say('firing', 'sw', s(0)));
    incidents.affected('cam-sw-1', 'sw');
    incidents.affected('cam-sw-1', 'sw');
    incidents.affected('cam-sw-2', 'sw');
    expect(firing(incidents)[0]?.affected).toEqual(['cam-sw-1', 'cam-sw-2']);
    incidents.apply(say('resolved', 'sw', s(60)));
    expect(firing(incidents)).toEqual([]);
    expect(incidents.current(s(61))[0]).toMatchObject({ state: 'resolved', until: s(60) });
  });
});

test('the times of an incident are those of its cause, as its sentence has them', () => {
  const incidents = book({ 'cam-sw-1': { cause: 'sw', probable: true } });
  incidents.apply(say('firing', 'cam-sw-1', s(50), { since: s(20) }));
  expect(firing(incidents)[0]).toMatchObject({ cause: 'sw', since: s(20) });
  incidents.apply(say('firing', 'sw', s(60), { since: s(30) }));
  expect(firing(incidents)[0]).toMatchObject({ cause: 'sw', since: s(30) });
  incidents.apply(say('resolved', 'sw', s(130), { since: s(30), until: s(100) }));
  incidents.apply(say('resolved', 'cam-sw-1', s(140), { since: s(20), until: s(135) }));
  expect(incidents.current(s(150))[0]).toMatchObject({ state: 'resolved', since: s(30), until: s(100) });
});

test('what was closed long after its end stays for a day after somebody closed it', () => {
  const incidents = book();
  const day = 24 * 3_600;
  incidents.apply(say('firing', 'door', s(0), { rule: 'door-open' }));
  const id = firing(incidents)[0]?.id ?? '';
  incidents.apply(say('unknown', 'door', s(10), { rule: 'door-open', since: s(0) }));
  incidents.act(id, deed('ack', s(20)));
  incidents.act(id, deed('resolve', s(3 * day), { note: '现场已关' }));
  incidents.takeChanges();
  incidents.advance(s(3 * day + 60));
  expect(incidents.current(s(3 * day + 60))).toMatchObject([{ id, state: 'resolved', until: s(10) }]);
  incidents.advance(s(4 * day + 1));
  expect(incidents.current(s(4 * day + 1))).toEqual([]);
});

test('devices that were out of sight before the incident began are listed from its beginning', () => {
  const incidents = book();
  incidents.apply(say('firing', 'mute', s(0)));
  expect(firing(incidents)[0]).toMatchObject({ affected: ['cam-mute-1', 'cam-mute-2'] });
  expect(firing(incidents)[0]?.sentence.en).toContain('2 cameras behind it are unknown');
});

describe('a cause that turns out to be alive', () => {
  const roots = (): Record<string, { cause: string; probable: boolean }> =>
    Object.fromEntries([1, 2].map((n) => [`cam-sw-${n}`, { cause: 'sw', probable: true }]));
  const aliveAgain = (known: Record<string, { cause: string; probable: boolean }>): void => {
    for (const n of [1, 2]) known[`cam-sw-${n}`] = { cause: `cam-sw-${n}`, probable: false };
  };

  test('after a minute those still dead stand for themselves, as acknowledged as they were', () => {
    const known = roots();
    const incidents = book(known);
    for (const n of [1, 2]) incidents.apply(say('firing', `cam-sw-${n}`, s(30)));
    const [before] = firing(incidents);
    incidents.act(before?.id ?? '', deed('ack', s(40)));
    aliveAgain(known);
    incidents.advance(s(50));
    incidents.advance(s(109));
    expect(firing(incidents).map((incident) => incident.cause)).toEqual(['sw']);
    incidents.advance(s(110));
    const now = firing(incidents);
    expect(now.map((incident) => incident.cause).sort()).toEqual(['cam-sw-1', 'cam-sw-2']);
    for (const incident of now) {
      expect(incident).toMatchObject({ ackedBy: '门卫', probable: false, since: s(30) });
      expect(incidents.alertsOf(incident.id)).toMatchObject([{ device: incident.cause, incidentId: incident.id }]);
    }
    expect(incidents.incident(before?.id ?? '')).toMatchObject({ state: 'resolved', until: s(110), alerts: [] });
  });

  test('it goes on while the cause has an alert of its own, or comes and goes', () => {
    const known = roots();
    const incidents = book(known);
    incidents.apply(say('firing', 'cam-sw-1', s(30)));
    aliveAgain(known);
    incidents.advance(s(50));
    Object.assign(known, roots());
    incidents.advance(s(80));
    aliveAgain(known);
    incidents.advance(s(115));
    incidents.advance(s(170));
    expect(firing(incidents).map((incident) => incident.cause)).toEqual(['sw']);
    incidents.apply(say('firing', 'sw', s(171)));
    incidents.advance(s(1_000));
    expect(firing(incidents).map((incident) => incident.cause)).toContain('sw');
  });
});

test('who can be seen again while the cause stays away is listed no more', () => {
  const incidents = book({ sw: { cause: 'sw', probable: false } });
  incidents.apply(say('firing', 'sw', s(0)));
  for (const n of [1, 2]) incidents.affected(`cam-sw-${n}`, 'sw');
  incidents.returned('cam-sw-1');
  expect(firing(incidents)[0]).toMatchObject({ affected: ['cam-sw-2'] });
  expect(firing(incidents)[0]?.sentence.en).toContain('1 camera behind it');
});

describe('acknowledging', () => {
  test('a child joins acknowledged unless it is more severe', () => {
    const incidents = book({
      'cam-sw-1': { cause: 'sw', probable: false },
      'cam-sw-2': { cause: 'sw', probable: false },
    });
    incidents.apply(say('firing', 'sw', s(0)));
    const id = firing(incidents)[0]?.id ?? '';
    incidents.act(id, deed('ack', s(5)));
    incidents.apply(say('firing', 'cam-sw-1', s(10)));
    expect(incidents.incident(id)).toMatchObject({ ackedBy: '门卫', ackedAt: s(5) });
    incidents.apply(say('firing', 'cam-sw-2', s(12), { severity: 'critical' as Severity }));
    expect(incidents.incident(id)).toMatchObject({ ackedBy: null, severity: 'critical' });
    expect(incidents.incident(id)?.timeline.map((line) => line.what)).toEqual(['opened', 'ack', 'ack-reopened']);
  });
});

describe('closing by hand', () => {
  test('refused while it holds, allowed once it cannot be seen, and it comes back when it still holds', () => {
    const incidents = book();
    incidents.apply(say('firing', 'door', s(0), { rule: 'door-open' }));
    const id = firing(incidents)[0]?.id ?? '';
    expect(incidents.act(id, deed('resolve', s(5), { note: '误报' }))).toMatchObject({ ok: false, status: 409 });
    incidents.apply(say('unknown', 'door', s(10), { rule: 'door-open', since: s(0) }));
    expect(incidents.alertsOf(id)[0]).toMatchObject({ state: 'firing', unknownSince: s(10) });
    expect(incidents.act(id, deed('resolve', s(15), { note: '现场已关' }))).toMatchObject({ ok: true });
    expect(incidents.incident(id)).toMatchObject({ state: 'resolved', until: s(10) });
    incidents.apply(say('known', 'door', s(20), { rule: 'door-open', since: s(0) }));
    expect(firing(incidents)).toHaveLength(1);
  });

  test('a silence needs an end, and ends by itself', () => {
    const incidents = book();
    incidents.apply(say('firing', 'door', s(0), { rule: 'door-open' }));
    const id = firing(incidents)[0]?.id ?? '';
    expect(incidents.act(id, deed('silence', s(1)))).toMatchObject({ ok: false, status: 422 });
    expect(incidents.act(id, deed('silence', s(1), { until: s(100) }))).toMatchObject({ ok: true });
    incidents.advance(s(99));
    expect(incidents.incident(id)?.silencedUntil).toBe(s(100));
    incidents.advance(s(100));
    expect(incidents.incident(id)?.silencedUntil).toBeNull();
  });

  test('tickets say that they do not exist yet', () => {
    const incidents = book();
    incidents.apply(say('firing', 'door', s(0), { rule: 'door-open' }));
    expect(incidents.act(firing(incidents)[0]?.id ?? '', deed('ticket', s(1)))).toMatchObject({
      ok: false,
      status: 501,
    });
  });
});

describe('pending', () => {
  test('a pending alert belongs to no incident, keeps its id when it fires and leaves no trace when it is dropped', () => {
    const incidents = book();
    incidents.apply(say('pending', 'door', s(0), { rule: 'door-open' }));
    expect(incidents.takeChanges().alerts).toMatchObject([{ state: 'pending', incidentId: '' }]);
    const pendingId = incidents.activeAlerts()[0]?.id;
    incidents.apply(say('firing', 'door', s(120), { rule: 'door-open', since: s(0) }));
    expect(incidents.activeAlerts()).toMatchObject([{ id: pendingId, state: 'firing', since: s(0) }]);
    incidents.apply(say('resolved', 'door', s(130), { rule: 'door-open', since: s(0) }));
    incidents.takeChanges();
    incidents.apply(say('pending', 'door', s(200), { rule: 'door-open' }));
    incidents.apply(say('dropped', 'door', s(210), { rule: 'door-open', since: s(200) }));
    const changes = incidents.takeChanges();
    expect(changes.alerts).toEqual([]);
    expect(changes.droppedAlerts).toHaveLength(1);
  });

  test('the same firing applied again after a crash changes nothing', () => {
    const incidents = book();
    const once = say('firing', 'door', s(0), { rule: 'door-open' });
    incidents.apply(once);
    incidents.takeChanges();
    incidents.apply(once);
    expect(incidents.takeChanges()).toEqual({ alerts: [], incidents: [], droppedAlerts: [] });
  });
});
