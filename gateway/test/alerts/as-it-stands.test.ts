import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '#contract/http/alerts.ts';
import type { LiveGrown } from '#contract/live.ts';
import { createIncidentBook } from '../../src/alerts/incident-book.ts';
import { createAsItStands, timeWords } from '../../src/as-it-stands.ts';
import { backtest } from '../../src/rules/backtest.ts';
import { createRuleEngine } from '../../src/rules/rule-engine.ts';
import type { Transition } from '../../src/rules/transition.ts';
import type { RuleSet } from '../../src/rules/watch-list.ts';
import { campus } from '../rules/campus.ts';
import { MONTH_RULES, monthOfReadings, withNoise } from '../rules/random-history.ts';

const HOUR = 3_600_000;
const RUNS = Number(process.env['HOUQIN_PROPERTY_RUNS'] ?? 6);

/** Engine and book as the judge has them, without a disk. */
function judge(set: RuleSet, from: number, state?: Map<string, string>, stored: readonly Alert[] = []) {
  const engine = createRuleEngine({ ...set, state, now: from });
  const book = createIncidentBook(
    {
      registry: set.registry,
      rootOf: (device) => ({ cause: device, probable: false }),
      isOut: () => false,
      hiddenBehind: () => [],
      isConnectivity: (rule) => set.rules.some(({ id, kind }) => id === rule && kind === 'silent'),
      words: timeWords(set.calendar),
    },
    { incidents: [], alerts: stored },
  );
  const stands = createAsItStands({ book, engine, clock: { now: () => from } });
  const alerts = new Map<string, Alert>();
  const settle = (transitions: readonly Transition[]): void => {
    for (const transition of transitions) book.apply(transition);
    for (const alert of book.takeChanges().alerts) alerts.set(alert.id, alert);
  };
  return { engine, book, stands, alerts, settle };
}

describe('an alert', () => {
  const set = campus(MONTH_RULES, { everyS: 120 });
  const from = Date.parse('2026-10-09T12:00:00+08:00');
  const to = from + 30 * HOUR;

  it('ends in the words of the back-test, whatever happened, and says the same while it still goes on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), async (seed) => {
        const readings = monthOfReadings(set, from, to, seed);
        const { engine, stands, alerts, settle } = judge(set, from);
        for (const reading of withNoise(readings, seed)) settle(engine.reading(reading));
        settle(engine.advance(to + 499));
        const live = [...alerts.values()]
          .filter(({ state, timeline }) => state !== 'pending' && timeline.some(({ what }) => what === 'firing'))
          // History cannot tell a device that never spoke from one that was not there yet.
          .filter(({ timeline }) => !timeline.some(({ why }) => why === 'never-seen'))
          .map((alert) => stands.alert(alert, to))
          .map(({ rule, device, since: from, until: to, excess, yuan, sentence }) => ({
            ...{ rule, device, from, to, excess, yuan, sentence },
          }));
        const stored = readings.map((reading) => ({ ...reading, receivedAt: reading.ts })).sort((a, b) => a.ts - b.ts);
        const episodes = (await backtest({ ...set, from, to, readings: stored })).map(
          ({ rule, device, from, to, excess, yuan, sentence }) => ({ rule, device, from, to, excess, yuan, sentence }),
        );
        const sorted = (list: typeof live) => list.map((one) => JSON.stringify(one)).sort();
        expect(episodes.length).toBeGreaterThan(0);
        expect(sorted(live)).toEqual(sorted(episodes));
      }),
      { numRuns: RUNS, verbose: true },
    );
  }, 120_000);
});

describe('a sentence', () => {
  const at = (time: string): number => Date.parse(`2026-10-12T${time}+08:00`);
  const running = (rule: object, metric: string, device: string) => {
    const set = campus([rule], { everyS: 60 });
    const one = judge(set, at('21:00:00'));
    const send = (time: string, value: number): void =>
      one.settle(one.engine.reading({ ...{ device, metric, value, flags: 0 }, ts: at(time), receivedAt: at(time) }));
    const says = (time: string): string | undefined => {
      const [alert] = one.book.activeAlerts();
      return alert && stripped(one.stands.alert(alert, at(time)).sentence.zh);
    };
    return { ...one, send, says };
  };
  const stripped = (sentence: string): string => sentence.replace(/^.*?：/, '').replace(/。.*$/, '');

  it('grows between the readings too: energy, money, length', () => {
    const rule = { id: 'left-on', kind: 'closed-hours-power', aboveW: 400, select: { devices: ['meter-302'] } };
    const { send, says } = running(rule, 'power_w', 'meter-302');
    send('22:30:00', 1_600);
    expect(says('22:30:00')).toBe('自 22:30 起非开放时段用电 1.6 kW');
    expect(says('22:30:20')).toBe('自 22:30 起非开放时段用电 1.6 kW，多用 0.007 kWh');
    expect(says('22:30:50')).toBe('自 22:30 起非开放时段用电 1.6 kW，多用 0.017 kWh，约 ¥0.01');
    send('22:31:00', 2_800);
    expect(says('22:33:00')).toBe('自 22:30 起非开放时段用电 2.8 kW，多用 0.1 kWh，约 ¥0.05');
  });

  it('grows on after a restart, whatever was stored of it', () => {
    const rule = { id: 'gate', kind: 'state-in-period', metric: 'door_open', select: { devices: ['gate-east'] } };
    const set = campus([rule]);
    const before = judge(set, at('21:00:00'));
    const open = { ...{ device: 'gate-east', metric: 'door_open', value: 1, flags: 0 }, ts: at('22:30:00') };
    before.settle(before.engine.reading({ ...open, receivedAt: at('22:30:00') }));
    const rows = [...before.engine.takeDirty()].flatMap(([key, text]) => (text === null ? [] : [[key, text] as const]));
    const stored = before.book.activeAlerts().map((alert) => ({ ...alert, sentence: { zh: '旧话', en: 'old words' } }));
    const after = judge(set, at('22:40:00'), new Map(rows), stored);
    after.settle(after.engine.resume(at('22:40:00')));
    const [alert] = after.book.activeAlerts();
    expect(alert && stripped(after.stands.alert(alert, at('22:50:00')).sentence.zh)).toBe(
      '自 22:30 起门开着（非开放时段），已 20 分钟',
    );
  });

  it('of a state grows in minutes, and stops growing while nobody can see it', () => {
    const rule = { id: 'gate', kind: 'state-in-period', metric: 'door_open', select: { devices: ['gate-east'] } };
    const { send, says, engine, settle } = running(rule, 'door_open', 'gate-east');
    send('22:30:00', 1);
    expect(says('22:42:00')).toBe('自 22:30 起门开着（非开放时段），已 12 分钟');
    settle(engine.setUnknown('gate-east', at('22:45:00'), 'store-down'));
    expect(says('23:45:00')).toBe('自 22:30 起门开着（非开放时段），已 15 分钟');
  });

  it('ends when the door closed, not when the clear delay was over; while that runs the length stands still', () => {
    const gate = {
      ...{ id: 'gate', kind: 'state-in-period', metric: 'door_open', select: { devices: ['gate-east'] } },
      clearDelay: '2m',
    };
    const { send, says, engine, settle, book, stands } = running(gate, 'door_open', 'gate-east');
    send('22:30:00', 1);
    const [open] = book.activeAlerts();
    const alertAt = (time: string) => open && stands.alert(open, at(time));
    const incidentAt = (time: string) =>
      stands.incident(book.incident(open?.incidentId ?? '') ?? expect.fail('no incident'), at(time));
    expect(alertAt('22:41:00')?.heldUntil).toBeNull();
    send('22:42:30', 0);
    expect(says('22:44:00')).toBe('22:30 至 22:42 门开着（非开放时段），共 12 分钟');
    expect(alertAt('22:44:00')?.sentence.zh).toMatch(/。现已恢复，还在确认。$/);
    expect(alertAt('22:44:00')).toMatchObject({
      state: 'firing',
      until: null,
      heldUntil: at('22:42:30'),
      excess: 12.5,
    });
    expect(incidentAt('22:44:00')).toMatchObject({ state: 'firing', until: null, heldUntil: at('22:42:30') });
    settle(engine.advance(at('22:44:31')));
    const [incident] = book.current(at('22:45:00'));
    const [alert] = book.alertsOf(incident?.id ?? '');
    const end = { state: 'resolved', since: at('22:30:00'), until: at('22:42:30') };
    expect(alert).toMatchObject({ ...end, excess: 12.5 });
    expect(incident).toMatchObject(end);
    expect(stripped(incident?.sentence.zh ?? '')).toBe('22:30 至 22:42 门开着（非开放时段），共 12 分钟');
    // The timeline keeps the instant when it was sure.
    expect(incident?.timeline.at(-1)).toMatchObject({ what: 'resolved', at: at('22:44:30') });
    expect(alert?.timeline.at(-1)).toMatchObject({ what: 'resolved', at: at('22:44:30') });
  });

  it('is final in the list and in the book when a person closes what cannot be seen', () => {
    const rule = { id: 'gate', kind: 'state-in-period', metric: 'door_open', select: { devices: ['gate-east'] } };
    const { send, engine, settle, book, stands } = running(rule, 'door_open', 'gate-east');
    send('22:30:00', 1);
    settle(engine.setUnknown('gate-east', at('22:45:00'), 'store-down'));
    const [alert] = book.activeAlerts();
    const ending = alert && stands.ended(alert, at('23:00:00'));
    const last = new Map(alert && ending ? [[alert.id, ending]] : []);
    const act = { action: 'resolve', who: '门卫', at: at('23:00:00'), note: '已查看', last } as const;
    const result = book.act(alert?.incidentId ?? '', act);
    expect(result?.ok === true && stripped(result.incident.sentence.zh)).toBe(
      '22:30 至 22:45 门开着（非开放时段），共 15 分钟',
    );
    // Until then it was seen; what came after nobody knows.
    expect(result?.ok === true && result.incident.until).toBe(at('22:45:00'));
    expect(result?.ok === true && result.alerts).toMatchObject([{ state: 'resolved', until: at('22:45:00') }]);
  });

  it('begins before it ends also where the clock was put back, in the list and when a person closes it', () => {
    const rule = {
      ...{ id: 'gate', kind: 'state-in-period', metric: 'door_open', select: { devices: ['gate-east'] } },
      clearDelay: '1m',
    };
    const { send, says, engine, settle, book, stands } = running(rule, 'door_open', 'gate-east');
    send('23:00:00', 1);
    const [{ id, incidentId }] = [book.activeAlerts()[0] ?? expect.fail('no alert')];
    settle(engine.resume(at('22:50:00')));
    expect(says('22:52:00')).toBe('自 22:50 起门开着（非开放时段），已 2 分钟');
    settle(engine.setUnknown('gate-east', at('22:53:00'), 'store-down'));
    const open = book.activeAlerts()[0] ?? expect.fail('no alert');
    const last = new Map([[id, stands.ended(open, at('22:54:00')) ?? expect.fail('no end')]]);
    const result = book.act(incidentId, { action: 'resolve', who: '门卫', at: at('22:54:00'), note: '', last });
    const span = { since: at('22:50:00'), until: at('22:53:00') };
    expect(result?.ok === true && result.alerts).toMatchObject([{ ...span, excess: 3 }]);
    expect(result?.ok === true && result.incident).toMatchObject(span);
  });

  it('is told to open screens at most once in three seconds, and only when it has grown', () => {
    const rule = { id: 'left-on', kind: 'closed-hours-power', aboveW: 400, select: { devices: ['meter-302'] } };
    const { send, stands } = running(rule, 'power_w', 'meter-302');
    const heard: LiveGrown[] = [];
    stands.views.onGrown((grown) => heard.push(grown));
    for (let second = 0; second < 60; second += 1) {
      const time = `22:30:${String(second).padStart(2, '0')}`;
      if (second % 10 === 0) send(time, 1_600);
      stands.tellGrown(at(time));
    }
    expect(heard.length).toBeGreaterThan(10);
    expect(heard.length).toBeLessThanOrEqual(20);
    expect(heard.at(-1)).toMatchObject({ alerts: [{ excess: expect.any(Number) }], incidents: [{}] });
    const before = heard.length;
    send('22:31:00', 100);
    for (let second = 1; second < 60; second += 1) stands.tellGrown(at(`22:32:${String(second).padStart(2, '0')}`));
    expect(heard.length).toBe(before);
  });
});
