/** What a person does with an incident. Pure: incident in, incident out, or a named refusal. */
import type { Alert, Incident, IncidentAction } from '#contract/http/alerts.ts';
import { type Ending, entry, extend } from './alert-change.ts';

export interface Deed {
  readonly action: IncidentAction;
  readonly who: string;
  readonly at: number;
  readonly note?: string | undefined;
  readonly assignee?: string | undefined;
  readonly until?: number | undefined;
  /** What its alerts say when this ends them, by id. */
  readonly last?: ReadonlyMap<string, Ending> | undefined;
  /** Counts although it cannot be kept on disk yet. */
  readonly inMemory?: boolean | undefined;
}

export type DeedResult =
  | { readonly ok: true; readonly incident: Incident; readonly alerts: readonly Alert[] }
  | { readonly ok: false; readonly status: 409 | 422 | 501 | 503; readonly zh: string; readonly en: string };

/** It counts already; that cannot be undone any more. */
export const NOT_SAVED: DeedResult = {
  ok: false,
  status: 503,
  zh: '磁盘暂时写不进去，还没有保存。磁盘恢复后会自动保存；若在此之前重启，请重新操作。',
  en: 'The disk takes nothing now, so this is not saved yet. It will be once it can; after a restart, do it again.',
};

const LONGEST_SILENCE_MS = 31 * 24 * 3_600_000;

/** @param alerts every alert of the incident. */
export function actOn(incident: Incident, alerts: readonly Alert[], deed: Deed): DeedResult {
  switch (deed.action) {
    case 'ack':
      return done({ ...incident, ackedBy: deed.who, ackedAt: deed.at }, deed);
    case 'assign':
      return done({ ...incident, assignee: deed.assignee ?? null }, deed, deed.assignee);
    case 'comment':
      return done(incident, deed);
    case 'silence':
      return silence(incident, deed);
    case 'resolve':
      return resolve(incident, alerts, deed);
    case 'ticket':
      return refuse(
        501,
        '报修单功能还没有启用，请先用“评论”记录。',
        'Repair tickets are not available yet; leave a comment instead.',
      );
  }
}

function silence(incident: Incident, deed: Deed): DeedResult {
  const until = deed.until ?? 0;
  if (until <= deed.at || until > deed.at + LONGEST_SILENCE_MS) {
    return refuse(
      422,
      '静默必须有结束时间，在将来且不超过 31 天。',
      'A silence needs an end: in the future and within 31 days.',
    );
  }
  return done({ ...incident, silencedUntil: until }, deed, new Date(until).toISOString());
}

/** Closing by hand is for what cannot be seen any more; what still holds cannot be closed away. */
function resolve(incident: Incident, alerts: readonly Alert[], deed: Deed): DeedResult {
  if (incident.state === 'resolved') return refuse(409, '该事件已经恢复。', 'This incident is already resolved.');
  if (alerts.some((alert) => alert.state === 'firing' && alert.unknownSince === null)) {
    return refuse(
      409,
      '情况还在持续，不能关闭。可以“确认”或“静默”，恢复后会自动关闭。',
      'The condition still holds, so it cannot be closed. Acknowledge or silence it; it closes by itself when it clears.',
    );
  }
  const why = deed.note ?? '';
  const closed = alerts.map((alert): Alert => {
    if (alert.state === 'resolved') return alert;
    const timeline = extend(alert.timeline, entry(deed.at, 'resolved', why, deed.who));
    const last = deed.last?.get(alert.id);
    // What came after it was last seen nobody knows.
    const until = last?.until ?? alert.unknownSince ?? deed.at;
    return { ...alert, ...last, state: 'resolved', until, heldUntil: null, unknownSince: null, timeline };
  });
  const result = done({ ...incident, state: 'resolved', until: deed.at }, deed);
  return result.ok ? { ...result, alerts: closed.filter((alert, at) => alert !== alerts[at]) } : result;
}

function done(incident: Incident, deed: Deed, detail?: string): DeedResult {
  const why = [detail, deed.note].filter((part) => part !== undefined && part !== '').join(' · ');
  return {
    ok: true,
    incident: { ...incident, timeline: extend(incident.timeline, entry(deed.at, deed.action, why, deed.who)) },
    alerts: [],
  };
}

const refuse = (status: 409 | 422 | 501, zh: string, en: string): DeedResult => ({ ok: false, status, zh, en });
