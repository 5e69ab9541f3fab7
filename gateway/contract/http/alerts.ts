/** Alerts, incidents and what people do with them; rules and back-test. */
import { z } from 'zod';
import { rulesConfig } from '../config/rules.ts';
import { ALERT_STATES, CONDITION_KINDS } from '../enums.ts';
import { epochMs, severity, textPair, timeParam } from './common.ts';

export const timelineEntry = z.strictObject({ at: epochMs, what: z.string(), why: z.string(), who: z.string() });

export const alert = z
  .strictObject({
    id: z.string(),
    incidentId: z.string(),
    rule: z.string(),
    kind: z.enum(CONDITION_KINDS),
    device: z.string(),
    place: z.string(),
    severity,
    state: z.enum(ALERT_STATES),
    /** When the condition began. */
    since: epochMs,
    /** When it ended. A clear delay is not part of it: the timeline has the instant when it was sure. Null while firing. */
    until: epochMs.nullable(),
    /** While firing: until when it held, once it has gone and may come back, or cannot be seen. Null while it is seen to hold. */
    heldUntil: epochMs.nullable().optional(),
    /** Set while the condition can no longer be seen; unknown never resolves. */
    unknownSince: epochMs.nullable(),
    excess: z.number().nullable(),
    unit: z.string(),
    yuan: z.number().nullable(),
    sentence: textPair,
    timeline: z.array(timelineEntry),
  })
  .meta({ id: 'Alert' });

export const incident = z
  .strictObject({
    id: z.string(),
    /** Device that explains all of it, or the only alert's device. */
    cause: z.string(),
    /** The cause is inferred from its children's silence, not reported. */
    probable: z.boolean(),
    severity,
    state: z.enum(['firing', 'resolved']),
    /** These three are those of the cause's own alert where it has one, else of all its alerts. */
    since: epochMs,
    until: epochMs.nullable(),
    heldUntil: epochMs.nullable().optional(),
    ackedBy: z.string().nullable(),
    ackedAt: epochMs.nullable(),
    assignee: z.string().nullable(),
    silencedUntil: epochMs.nullable(),
    alerts: z.array(z.string()),
    /** Devices that are down because of the cause and therefore not alerted one by one. */
    affected: z.array(z.string()),
    place: z.string(),
    sentence: textPair,
    timeline: z.array(timelineEntry),
  })
  .meta({ id: 'Incident' });

/** What the rule of an alert compares, as it is in force now. */
export const judgedValue = z.strictObject({
  alert: z.string(),
  /** null: whether the device is heard at all. */
  metric: z.string().nullable(),
  above: z.number().nullable(),
  below: z.number().nullable(),
  /** Value at which it counts as gone. */
  clear: z.number().nullable(),
  /** The state that is looked for, 0 or 1. */
  equals: z.number().nullable(),
  /** How long it may last before it alerts; null where it is no length of time that counts. */
  toleratedMs: z.number().nullable(),
});
export const incidentDetail = z
  .strictObject({ incident, alerts: z.array(alert), judged: z.array(judgedValue).optional() })
  .meta({ id: 'IncidentDetail' });

export const alertsQuery = z.strictObject({
  state: z.enum(ALERT_STATES).optional(),
  device: z.string().max(64).optional(),
  from: timeParam.optional(),
  to: timeParam.optional(),
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
export const incidentsQuery = z.strictObject({
  state: z.enum(['firing', 'resolved']).optional(),
  acked: z.enum(['true', 'false']).optional(),
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

const note = z.string().trim().max(500);
/** In a body: a number, or a text as in queries. */
const time = z.union([epochMs, timeParam]);
export const incidentActions = {
  ack: z.strictObject({ note: note.optional() }),
  assign: z.strictObject({ assignee: z.string().trim().min(1).max(64), note: note.optional() }),
  comment: z.strictObject({ note: note.min(1) }),
  silence: z.strictObject({ until: time, note: note.optional() }),
  resolve: z.strictObject({ reason: note.min(1) }),
  ticket: z.strictObject({ note: note.optional() }),
} as const;
export type IncidentAction = keyof typeof incidentActions;

export const rulesResponse = z
  .strictObject({ rules: z.array(z.looseObject({ id: z.string() })), yaml: z.string(), readOnly: z.boolean() })
  .meta({ id: 'Rules' });
export const rulesPut = z.strictObject({ yaml: z.string().max(200_000) });
export const backtestRequest = z.strictObject({
  rules: rulesConfig.optional(),
  yaml: z.string().max(200_000).optional(),
  /** Absent: the first or last time of what is stored. */
  from: time.optional(),
  to: time.optional(),
});
export const episode = z
  .strictObject({
    rule: z.string(),
    kind: z.enum(CONDITION_KINDS),
    reason: z.string(),
    device: z.string(),
    place: z.string(),
    /** When the condition began and ended: `since` and `until` of the alert. */
    from: epochMs,
    to: epochMs.nullable(),
    /** When the rule called, after its `for`. */
    firedAt: epochMs,
    excess: z.number().nullable(),
    unit: z.string(),
    yuan: z.number().nullable(),
    severity,
    sentence: textPair,
  })
  .meta({ id: 'Episode' });
export const backtestResponse = z.strictObject({ episodes: z.array(episode) }).meta({ id: 'Backtest' });

export type Alert = z.output<typeof alert>;
export type Incident = z.output<typeof incident>;
export type JudgedValue = z.output<typeof judgedValue>;
export type TimelineEntry = z.output<typeof timelineEntry>;
export type Episode = z.output<typeof episode>;
