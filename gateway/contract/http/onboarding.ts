/** Bringing devices in: messages nobody claims, what they could mean, device lists, and what people read off meters themselves. */
import { z } from 'zod';
import { text } from '../config/common.ts';
import { device as deviceEntry } from '../config/devices.ts';
import { conversionTo } from '../config/profile.ts';
import { DEVICE_KINDS, TIME_UNITS } from '../enums.ts';
import { quarantined } from './campus.ts';
import { epochMs, textPair } from './common.ts';

const topic = z.string().min(1).max(1_024);

/** A payload as a person can look at it. */
export const keptPayload = z
  .strictObject({
    at: epochMs,
    bytes: z.number().int(),
    /** UTF-8 text when it is printable, else null. */
    text: z.string().nullable(),
    /** `68 61 01 …`, when it is not text. */
    hex: z.string().nullable(),
    /** Longer than what is shown. */
    truncated: z.boolean(),
  })
  .meta({ id: 'KeptPayload' });

/** A topic whose messages lead to no device, newest first. */
export const strangeTopic = quarantined
  .omit({ id: true, bytes: true, head: true })
  .extend({
    latest: keptPayload,
    /** How many of its messages are kept and can be previewed and taken in later. */
    kept: z.number().int(),
  })
  .meta({ id: 'StrangeTopic' });
export const strangeTopicsResponse = z.strictObject({ items: z.array(strangeTopic) }).meta({ id: 'StrangeTopics' });

export const keptFramesQuery = z.strictObject({ topic, limit: z.coerce.number().int().min(1).max(100).default(20) });
export const keptFramesResponse = z.strictObject({ items: z.array(keptPayload) }).meta({ id: 'KeptFrames' });

/** A device that a bridge announced and devices.yaml does not have. */
export const announcedDevice = z
  .strictObject({
    profile: z.string(),
    address: z.string(),
    name: z.string(),
    kind: z.enum(DEVICE_KINDS),
    manufacturer: z.string().nullable(),
    model: z.string().nullable(),
    lastAt: epochMs,
  })
  .meta({ id: 'AnnouncedDevice' });
export const announcedResponse = z.strictObject({ items: z.array(announcedDevice) }).meta({ id: 'AnnouncedDevices' });

/** One value inside the newest message of a topic, and what it may be. */
export const messageField = z
  .strictObject({
    /** As a profile's `path` writes it; `.` for a payload that is one value. */
    path: z.string(),
    sample: z.union([z.string(), z.number(), z.boolean(), z.null()]),
    /** Proposed metric and how its unit is reached; null when nothing is proposed. */
    metric: z.string().nullable(),
    scale: z.union([z.number(), z.string()]).nullable(),
    map: z.record(z.string(), z.number().nullable()).nullable(),
    /** What to check: `Wh?`; without a metric, why none is proposed: energy of one tariff. */
    note: textPair.nullable(),
  })
  .meta({ id: 'MessageField' });
/** A member of a registered device's messages that no rule of its profile reads. */
export const unreadMember = messageField
  .extend({
    topic: z.string(),
    /** When it was last looked at; a device's messages are looked through at most once a minute. */
    at: epochMs,
    /** `path` is its beginning and its end only: longer than `fields` takes, so that it cannot be picked. */
    tooLong: z.boolean(),
  })
  .meta({ id: 'UnreadMember' });
/** A name in the `fields` of a device that no message has had since the start or the last change of the file. */
export const unseenField = z.strictObject({
  path: z.string(),
  /** Names that messages have and that may have been meant. */
  near: z.array(z.string()),
});
export const unreadResponse = z
  .strictObject({ items: z.array(unreadMember), unseen: z.array(unseenField) })
  .meta({ id: 'UnreadMembers' });
/** Registered devices with such members, the one heard last first. */
export const unreadDevicesResponse = z
  .strictObject({
    items: z.array(z.strictObject({ device: z.string(), members: z.number().int(), lastAt: epochMs })),
  })
  .meta({ id: 'UnreadDevices' });
/** What members of a device's messages are; `null`: of no interest. Added to what devices.yaml has under `fields`. */
export const deviceFieldsRequest = z.strictObject({
  fields: z
    .record(z.string().min(1).max(256), conversionTo.nullable())
    .refine((fields) => Object.keys(fields).length > 0 && Object.keys(fields).length <= 64, 'between 1 and 64 fields'),
});
export const deviceFieldsResult = z.strictObject({ saved: z.number().int() }).meta({ id: 'DeviceFieldsResult' });

export const fieldsQuery = z.strictObject({ topic });
export const fieldsResponse = z
  .strictObject({
    decode: z.enum(['json', 'text', 'number', 'binary']),
    fields: z.array(messageField),
    /** Paths that look like the time of the reading, with the unit a profile's `ts` takes. */
    times: z.array(z.strictObject({ path: z.string(), unit: z.string(), sample: z.union([z.string(), z.number()]) })),
    /** Topic levels, and which of them most likely names the device. */
    levels: z.array(z.string()),
    deviceLevel: z.number().int().nullable(),
    /** Kind of device that the proposed metrics speak for. */
    kind: z.enum(DEVICE_KINDS),
    /** Profiles that understand these messages already, best first. */
    profiles: z.array(z.strictObject({ id: z.string(), name: textPair, address: z.string() })),
  })
  .meta({ id: 'MessageFields' });

/** A profile as the wizard makes it: one topic, the level that names the device, and the fields that were picked. */
export const profileDraft = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  name: z.string().min(1).max(64),
  topic,
  /**
   * Index of the topic level that names the device: its text is the address. Null: this very topic is one device, and
   * its address is the id of the profile.
   */
  deviceLevel: z.number().int().min(0).max(63).nullable(),
  decode: z.enum(['json', 'text', 'number']),
  ts: z
    .strictObject({
      path: z.string().min(1).max(256),
      unit: z.enum(TIME_UNITS),
    })
    .optional(),
  picks: z
    .array(
      z.strictObject({
        path: z.string().min(1).max(256),
        metric: z.string().min(1).max(64),
        scale: z.union([z.number(), z.string().max(16)]).optional(),
        offset: z.number().optional(),
        invert: z.boolean().optional(),
        map: z.record(z.string().max(64), z.number().nullable()).optional(),
      }),
    )
    .min(1)
    .max(64),
});

export const previewRequest = z.strictObject({
  topic,
  /** A profile that is loaded, or one that is only a draft. */
  use: z.union([z.strictObject({ profile: z.string() }), z.strictObject({ draft: profileDraft })]),
});
export const previewResponse = z
  .strictObject({
    /** The profile as it would be written; null for a loaded one. */
    yaml: z.string().nullable(),
    /** Problems that keep a draft from being saved. */
    problems: z.array(textPair),
    /** What the readings say against each other, such as power against voltage and current; nothing is kept from being saved. */
    doubts: z.array(textPair),
    rows: z.array(
      z.strictObject({
        at: epochMs,
        topic: z.string(),
        readings: z.array(
          z.strictObject({ address: z.string(), metric: z.string(), value: z.number(), ts: epochMs.nullable() }),
        ),
        faults: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'ProfilePreview' });

export const onboardRequest = z.strictObject({
  /** Absent when a loaded profile understands the device. */
  draft: profileDraft.optional(),
  /** With a draft `profile` and `address` may be absent: they are those of the draft. The name is checked with the file, which says in both languages what is wrong with it. */
  device: deviceEntry.extend({ name: text }),
});
export const onboarded = z
  .strictObject({
    device: z.string(),
    profile: z.string(),
    /** Readings of kept messages that are now in its history. */
    recovered: z.number().int(),
  })
  .meta({ id: 'Onboarded' });

/** A row of a device list, as text: columns are those of devices.yaml, `line` is where it stands in the file. */
export const deviceRow = z.strictObject({
  line: z.number().int().min(1),
  cells: z.record(z.string().max(64), z.string().max(500)),
});
export const deviceRows = z.strictObject({ rows: z.array(deviceRow).min(1).max(2_000), dryRun: z.boolean() });
export const deviceRowsResult = z
  .strictObject({
    added: z.number().int(),
    rows: z.array(
      z.strictObject({
        line: z.number().int(),
        /** The device the row makes; null when it has errors. */
        device: deviceEntry.nullable(),
        errors: z.array(z.strictObject({ column: z.string().nullable(), message: textPair })),
      }),
    ),
  })
  .meta({ id: 'DeviceRowsResult' });

/**
 * A register was replaced: what the old one ended on and the new one began with, as the displays showed it (a device's
 * `ratio` is applied), read by one and seen by another.
 */
export const swapRequest = z.strictObject({
  metric: z.enum(['energy_total_kwh', 'water_total_m3']),
  at: epochMs,
  finalReading: z.number().nonnegative(),
  initialReading: z.number().nonnegative(),
  /** Who did it, and who stood by. */
  doneBy: z.string().trim().min(1).max(64),
  witness: z.string().trim().min(1).max(64),
  note: z.string().max(500).optional(),
  newSerial: z.string().max(64).optional(),
});
export const swap = z
  .strictObject({
    id: z.number().int(),
    device: z.string(),
    metric: z.string(),
    at: epochMs,
    finalReading: z.number(),
    initialReading: z.number(),
    doneBy: z.string(),
    witness: z.string(),
    note: z.string().nullable(),
    newSerial: z.string().nullable(),
    recordedAt: epochMs,
    recordedBy: z.string(),
  })
  .meta({ id: 'Swap' });

export const manualReadingRequest = z.strictObject({
  metric: z.enum(['energy_total_kwh', 'water_total_m3']),
  /** As the display shows it; a device's `ratio` is applied. */
  value: z.number().nonnegative(),
  at: epochMs,
  /** Takes it although the check finds it unusual; needs a note. */
  confirmed: z.boolean().default(false),
  note: z.string().max(500).optional(),
});
/** What last month says of a reading somebody typed. */
export const manualCheck = z
  .strictObject({
    verdict: z.enum(['first', 'usual', 'high', 'low', 'backwards', 'future']),
    previous: z.strictObject({ ts: epochMs, value: z.number() }).nullable(),
    increase: z.number().nullable(),
    perDay: z.number().nullable(),
    /** Per day over the month before the previous reading. */
    usualPerDay: z.number().nullable(),
    sentence: textPair,
  })
  .meta({ id: 'ManualCheck' });
export const manualReadingResult = z
  .strictObject({ stored: z.boolean(), check: manualCheck })
  .meta({ id: 'ManualReadingResult' });

export type KeptPayload = z.output<typeof keptPayload>;
export type StrangeTopic = z.output<typeof strangeTopic>;
export type AnnouncedDevice = z.output<typeof announcedDevice>;
export type MessageField = z.output<typeof messageField>;
export type UnreadMember = z.output<typeof unreadMember>;
export type Unread = z.output<typeof unreadResponse>;
export type UnreadDevice = z.output<typeof unreadDevicesResponse>['items'][number];
export type DeviceFieldsRequest = z.output<typeof deviceFieldsRequest>;
export type MessageFields = z.output<typeof fieldsResponse>;
export type ProfileDraft = z.output<typeof profileDraft>;
export type PreviewRequest = z.output<typeof previewRequest>;
export type OnboardRequest = z.output<typeof onboardRequest>;
export type ProfilePreview = z.output<typeof previewResponse>;
export type Onboarded = z.output<typeof onboarded>;
export type DeviceRow = z.output<typeof deviceRow>;
export type DeviceRowsResult = z.output<typeof deviceRowsResult>;
export type SwapRequest = z.output<typeof swapRequest>;
export type Swap = z.output<typeof swap>;
export type ManualReadingRequest = z.input<typeof manualReadingRequest>;
export type ManualCheck = z.output<typeof manualCheck>;
export type ManualReadingResult = z.output<typeof manualReadingResult>;
