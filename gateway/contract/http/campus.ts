/** Places, devices, newest values, quarantine, profiles, calendar. */
import { z } from 'zod';
import { place as placeEntry } from '../config/campus.ts';
import { text } from '../config/common.ts';
import { device as deviceEntry } from '../config/devices.ts';
import { CREDENTIAL_KINDS, DAY_TYPES, DEVICE_KINDS, DEVICE_STATES, FRESHNESS, QUARANTINE_REASONS } from '../enums.ts';
import { epochMs, flags, quality, textPair, timeParam, wholeListQuery } from './common.ts';

export const place = z
  .strictObject({
    id: z.string(),
    name: textPair,
    kind: z.string(),
    parent: z.string().nullable(),
    profile: z.string().nullable(),
    areaM2: z.number().nullable(),
    heads: z.number().nullable(),
    /** Open now by the calendar. */
    open: z.boolean(),
  })
  .meta({ id: 'Place' });

export const device = z
  .strictObject({
    id: z.string(),
    name: textPair,
    kind: z.enum(DEVICE_KINDS),
    profile: z.string(),
    address: z.string(),
    /** Level of its native topics. */
    site: z.string(),
    place: z.string(),
    dependsOn: z.array(z.string()),
    intervalS: z.number(),
    custodian: z.string().nullable(),
    tags: z.array(z.string()),
    /** Out of use since this date, `YYYY-MM-DD`; its state is then `unknown`, because `retired`. */
    retired: z.string().nullable(),
    state: z.enum(DEVICE_STATES),
    /** Since when it is in that state. */
    stateSince: epochMs.nullable(),
    /** Why, as a named reason: `reported`, `silent`, `will`, `parent-down`, `gateway-start`, `awaited`, `never-seen`, `store-down`, `clock-step`, `maintenance`, `network-down`, `retired`. */
    stateReason: z.string(),
    /** Device whose failure explains this state. */
    parentDown: z.string().nullable(),
    lastSeenAt: epochMs.nullable(),
    lastReadingAt: epochMs.nullable(),
  })
  .meta({ id: 'Device' });

/** What of a device can be edited on its page; `null` takes a custodian away. */
const editable = z.strictObject({
  name: z.union([
    z.string().min(1).max(128),
    z.strictObject({ zh: z.string().min(1).max(128), en: z.string().min(1).max(128) }),
  ]),
  place: z.string().max(64),
  custodian: z.string().min(1).max(64).nullable(),
  intervalS: deviceEntry.shape.intervalS.unwrap(),
  tags: deviceEntry.shape.tags.unwrap(),
  dependsOn: z.array(z.string().max(64)).max(64),
  /** Out of use from today on, or in use again. */
  retired: z.boolean(),
});
/** `was`: the same fields as whoever edits saw them; where one is another by now nothing is written. */
export const devicePatch = z.strictObject({ change: editable.partial(), was: editable.partial().default({}) });

/** The rules in force, and whether each looks at such a device. */
export const rulesOnQuery = z.strictObject({
  kind: z.enum(DEVICE_KINDS),
  place: z.string().max(64),
  /** The device itself, where it is registered: rules may name it. */
  device: z.string().max(64).optional(),
  /** Separated by commas. */
  tags: z.string().max(2_500).default(''),
});
export const rulesOn = z
  .strictObject({
    items: z.array(
      z.strictObject({
        id: z.string(),
        name: textPair,
        watches: z.boolean(),
        /** Tags that alone keep the rule from looking at it. */
        missingTags: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'RulesOn' });

export const placeAdd = placeEntry.pick({ id: true, kind: true, parent: true }).extend({ name: text });
export const placeAdded = z.strictObject({ id: z.string() }).meta({ id: 'PlaceAdded' });

export const latestValue = z
  .strictObject({
    device: z.string(),
    metric: z.string(),
    ts: epochMs,
    receivedAt: epochMs,
    value: z.number(),
    quality,
    flags,
    freshness: z.enum(FRESHNESS),
  })
  .meta({ id: 'LatestValue' });
export const devicesQuery = wholeListQuery.extend({
  state: z.enum(DEVICE_STATES).optional(),
  /** Places below it included. */
  place: z.string().max(64).optional(),
  kind: z.enum(DEVICE_KINDS).optional(),
});
export const latestQuery = z.strictObject({
  device: z.string().max(64).optional(),
  place: z.string().max(64).optional(),
});
export const latestResponse = z.strictObject({ items: z.array(latestValue) }).meta({ id: 'Latest' });

export const quarantined = z
  .strictObject({
    id: z.number().int(),
    topic: z.string(),
    reason: z.enum(QUARANTINE_REASONS),
    /** What exactly was wrong, one sentence. */
    detail: z.string(),
    profile: z.string().nullable(),
    address: z.string().nullable(),
    clientId: z.string(),
    /** Same topic and reason seen so often. */
    count: z.number().int(),
    firstAt: epochMs,
    lastAt: epochMs,
    bytes: z.number().int(),
    /** First bytes of the newest payload, base64. */
    head: z.string(),
  })
  .meta({ id: 'Quarantined' });

export const profileInfo = z
  .strictObject({
    id: z.string(),
    name: textPair,
    matches: z.array(z.string()),
    /** Comes with the product; the others are the school's own. */
    builtIn: z.boolean(),
    decoded: z.number().int(),
    failed: z.number().int(),
    /** Switched off because it only failed; its messages are kept. */
    disabled: z.boolean(),
    disabledAt: epochMs.nullable(),
    /** What was wrong with the newest message that it could not read. */
    lastFailure: z.string().nullable(),
  })
  .meta({ id: 'Profile' });

export const calendarDay = z
  .strictObject({
    date: z.string(),
    type: z.enum(DAY_TYPES),
    /** Why: `override`, `makeup`, `holiday`, `break`, `weekend`, `weekday`. */
    reason: z.string(),
    name: textPair.nullable(),
    /** Open ranges of the asked place, epoch ms. */
    open: z.array(z.strictObject({ from: epochMs, to: epochMs })),
    bells: z.array(z.strictObject({ id: z.string(), name: textPair, from: epochMs, to: epochMs })),
  })
  .meta({ id: 'CalendarDay' });
export const calendarResponse = z
  .strictObject({
    timeZone: z.string(),
    /** Terms of the school's year, dates inclusive. */
    terms: z.array(z.strictObject({ id: z.string(), name: textPair, from: z.string(), to: z.string() })).optional(),
    days: z.array(calendarDay),
    /** Years in the range without holiday data. */
    missingYears: z.array(z.number().int()),
    warning: textPair.nullable(),
  })
  .meta({ id: 'Calendar' });

export const calendarQuery = z.strictObject({
  from: timeParam,
  to: timeParam,
  /** The campus when absent. */
  place: z.string().max(64).optional(),
});

export const credentialKind = z.enum(CREDENTIAL_KINDS);
export type Place = z.output<typeof place>;
export type Device = z.output<typeof device>;
export type DevicePatch = z.output<typeof devicePatch>;
export type RulesOn = z.output<typeof rulesOn>;
export type PlaceAdd = z.input<typeof placeAdd>;
export type LatestValue = z.output<typeof latestValue>;
export type Quarantined = z.output<typeof quarantined>;
export type ProfileInfo = z.output<typeof profileInfo>;
export type CalendarDay = z.output<typeof calendarDay>;
export type CalendarResponse = z.output<typeof calendarResponse>;
