/**
 * config/profiles/*.yaml: how the messages of one ecosystem become readings. A closed set of primitives and no
 * expressions, so that a profile can be read aloud, checked before it runs, and can neither loop nor reach anything.
 *
 * A message goes to the first rule, in file order, whose `match` fits its topic and whose `require` holds.
 * Topic patterns: `{x}` one level, `{x*}` one or more levels, `{x=a|b}` one of these; a level may mix text and
 * captures (`switch:{n}`). Templates put captures back: `bridge:{base}`.
 * Paths: `a.b`, `a[0]`, `a["odd.key"]`, `{x}` for a captured key, `.` for the whole value; a list means first that exists.
 */
import { z } from 'zod';
import { DEVICE_KINDS, TIME_UNITS } from '../enums.ts';
import { duration, id, namePair } from './common.ts';
import { metric, numberConversion, wordMap } from './conversion.ts';
import { modbusMap, pollPlan } from './serial-profile.ts';

/** First line of a profile, for editors. The path holds in the shipped folder; a campus of one's own may lack the schema. */
export const PROFILE_SCHEMA_LINE = '# yaml-language-server: $schema=../schema/profile.schema.json';

const CAPTURE = /^[a-z][a-zA-Z0-9]{0,31}$/;
const MAX_LIST = 64;

/** One or a list; always a list afterwards. */
function listOf<T extends z.ZodType>(item: T) {
  return z
    .union([item, z.array(item).min(1).max(MAX_LIST)])
    .transform((value) => (Array.isArray(value) ? (value as z.output<T>[]) : [value as z.output<T>]));
}

const path = z.string().min(1).max(256);
const paths = listOf(path);
const capture = z.string().regex(CAPTURE, 'the name of a capture, such as device');
const template = z.string().min(1).max(200);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * `from: n` a captured number, `from: index` the place in an array; `as: l` makes `_l1` (also of a, b, c; x, y, z; r, s, t),
 * `as: ch` makes `_ch1`.
 */
const suffix = z.strictObject({
  from: capture,
  as: z.enum(['l', 'ch']),
  plus: z.number().int().min(0).max(9).default(0),
  /** This number gets no suffix: the first relay of a device is the device. */
  bare: z.number().int().min(0).max(999).optional(),
});

const conversion = { ...numberConversion, suffix: suffix.optional() };

/** A metric by its name alone, or with what its value has to go through. */
export const conversionTo = z.union([
  metric.transform((name) => ({ metric: name })),
  z.strictObject({ metric, ...conversion }),
]);

/**
 * What the message says of the unit, under a path or as a capture; a text without captures is the unit itself. A unit that
 * is said counts instead of `scale` and `offset`. Where it is unknown the value is offered as `property:…`, not booked.
 */
const unit = z.union([template, z.strictObject({ path: paths })]).optional();
/** `beside`: said of several values at once, so that it counts only where it is a unit of the metric. */
const unitOfOne = z.union([template, z.strictObject({ path: paths, beside: paths.optional() })]).optional();

/** A converted value outside may as well be something else: it is offered as `property:…`, not booked. */
const sure = z.tuple([z.number(), z.number()]).optional();

const when = {
  /** Only if at least one of these exists (null counts as existing). */
  when_present: paths.optional(),
  /** Only if none of these exists. */
  when_absent: paths.optional(),
};

const emit = z
  .strictObject({
    metric,
    path: paths.optional(),
    const: z.number().optional(),
    /** num ÷ den × scale; unknown when den is 0. */
    ratio: z.strictObject({ num: paths, den: paths, scale: z.number().default(1) }).optional(),
    /** An array of numbers as one value; a single number stays what it is. */
    reduce: z.enum(['sum']).optional(),
    unit: unitOfOne,
    ...conversion,
    sure,
    ...when,
  })
  .refine(
    (e) => [e.path, e.const, e.ratio].filter((source) => source !== undefined).length <= 1,
    'give one of path, const and ratio',
  );

const keyTarget = z.union([
  metric.transform((name) => ({ metric: name })),
  z.strictObject({ metric, ...conversion, sure }),
]);

/** A table from a name in the message (or in the topic) to a metric. Names may be patterns: `energy_l{n}`. */
const emitByKey = z.strictObject({
  key: z.union([template, z.strictObject({ path: paths })]),
  value: paths.default(['.']),
  /**
   * Numbers under any other name, under a name of their own such as `property:{key}`. They are stored only where
   * devices.yaml says under `fields` what metric they are for that device. With a `map`, words count as numbers.
   */
  others: z.union([template, z.strictObject({ name: template, map: wordMap })]).optional(),
  /** `null`: known and of no interest, also to `others`. */
  keys: z.record(z.string().min(1), keyTarget.nullable()),
  unit,
  ...when,
});

const requirement = z
  .strictObject({
    path: paths,
    is: listOf(scalar).optional(),
    not: listOf(scalar).optional(),
    present: z.boolean().optional(),
    /** A single value: neither an object nor a list. */
    single: z.boolean().optional(),
    /** Words: a text that is no number, with or without a unit, and no JSON. */
    text: z.boolean().optional(),
  })
  .refine(
    (r) => [r.is, r.not, r.present, r.single, r.text].some((test) => test !== undefined),
    'give is, not, present, single or text',
  );

const timeSource = z.strictObject({
  path: paths,
  /**
   * iso: with offset. iso-compact: `20260302T080000Z`. local: the site's wall clock, `2026-03-02 08:00:00` or
   * `20260302080000`. auto: by its look, and digits are an epoch only in the unit that makes them 2010 … a year ahead.
   */
  unit: z.enum(TIME_UNITS),
  /** Farther from arrival than this it is no time at all and the message counts as untimed. */
  past: duration.optional(),
  future: duration.optional(),
  /** Before this day it is no time at all: seconds since boot, a clock that was never set. */
  notBefore: z.iso.date().default('2020-01-01'),
});

const device = z.union([template, z.strictObject({ path: paths })]);

const blockShape = {
  device: device.optional(),
  /** Only what devices.yaml has as one of these kinds: whom else the block speaks of is passed over without a word. */
  only: listOf(z.enum(DEVICE_KINDS)).optional(),
  require: listOf(requirement).optional(),
  root: paths.optional(),
  ts: listOf(timeSource).optional(),
  /** Measured earlier and kept by the sender: stored at its own time; no sign of life, and nothing is judged by it. */
  backfill: z.boolean().optional(),
  /** What the device itself says is wrong: no value, but a note in the quarantine, of reason `bad-value`. */
  refuse: template.optional(),
  /** An empty list: a sign of life without a value. */
  emit: z.array(emit).max(256).optional(),
  emit_by_key: listOf(emitByKey).optional(),
};

/**
 * For every element of an array (capture `index`) or member of an object (capture `key`, and those of the key pattern).
 * Paths inside are relative to the element. `device` and `ts` that are absent are those of the block around.
 */
const eachShape = {
  in: paths.default(['.']),
  key: z.string().min(1).max(1_000).optional(),
  /** Texts and numbers of the element as captures, for the names and addresses made inside it. */
  capture: z.record(capture, paths).optional(),
  /** Members whose key speaks of water, heat or gas are passed over. */
  medium: z.enum(['electricity']).optional(),
  /** What stands elsewhere in the message has the metric; what is said here of the same keeps its own name. */
  yields: z.boolean().default(false),
  ...blockShape,
};
/** Devices of a gateway, their services, the properties of these: three levels, and the work of a message is bounded. */
const innermost = z.strictObject(eachShape);
const inner = z.strictObject({ ...eachShape, each: z.array(innermost).max(32).optional() });
const each = z.strictObject({ ...eachShape, each: z.array(inner).max(32).optional() });

const rule = z
  .strictObject({
    id,
    match: listOf(z.string().min(1).max(256)),
    /** `json:<name>`: JSON in which that codec puts the units that its network has announced elsewhere. */
    decode: z
      .union([z.enum(['json', 'text', 'number', 'json-or-text']), z.string().regex(/^(?:codec|json):[a-z0-9-]+$/)])
      .default('json'),
    /** Known and of no interest: accepted, nothing is taken from it. Without `require` it is not even read. */
    ignore: z.boolean().default(false),
    /**
     * For messages of a registered device that no rule before reads: nothing is taken but what devices.yaml has under
     * `fields`, and the rest is shown as not recorded. From anyone else it is no message of this rule. `alone`: only
     * while the device says nothing on other topics, which this one repeats.
     */
    offer: z.enum(['always', 'alone']).optional(),
    /** Others use such topics too: what `require` turns away is not ignored but left to them, or to the quarantine. */
    shared: z.boolean().default(false),
    /** Its publisher may set RETAIN. */
    retainable: z.boolean().default(false),
    /** The last message of each topic is kept over a restart and read again, so that what it taught is not lost. */
    remember: z.boolean().default(false),
    /** Largest payload, bytes; 64 KiB when absent. */
    maxBytes: z.number().int().positive().max(1_048_576).optional(),
    /** Most members of one JSON object. */
    maxKeys: z.number().int().positive().max(10_000).default(256),
    /** Members of the payload whose text is JSON itself: `{"d": "{\\"flow\\": 1}"}` is read as `{"d": {"flow": 1}}`. */
    unpack: listOf(z.string().min(1).max(64)).optional(),
    /** Texts and numbers of the message as captures, for the names, addresses and units made inside it. */
    capture: z.record(capture, paths).optional(),
    /** Puts the payload under this key, `{component}` for what the topic says. */
    wrap: template.optional(),
    /** Where the message carries an idempotency key of its own. */
    dedup: paths.optional(),
    /** Where it lists devices that it knows of: `{address, name, kind, manufacturer, model}` each. They are offered, never added. */
    propose: paths.optional(),
    ...blockShape,
    each: z.array(each).max(32).optional(),
  })
  .refine(
    (r) =>
      [
        r.ignore,
        r.offer !== undefined,
        [r.emit, r.emit_by_key, r.each, r.propose].some((part) => part !== undefined),
      ].filter((one) => one).length === 1,
    'one of ignore: true, offer, and at least one of emit, emit_by_key, each and propose',
  );

/** A metric, or a name that `others` gives. */
const expectedMetric = z.union([metric, z.string().regex(/^[a-z]+:.+/, 'a metric, or a name such as property:WF')]);

const expected = z.strictObject({
  device: z.string().min(1),
  metric: expectedMetric,
  value: z.number(),
  /** Epoch ms or ISO 8601 with offset. */
  ts: z.union([z.number().int(), z.iso.datetime({ offset: true })]).optional(),
});

/** A message and everything that must come out of it. `enc` when absent: text for a string, else json. */
export const testMessage = z.strictObject({
  id: z.string().min(1).max(80),
  topic: z.string().min(1),
  enc: z.enum(['json', 'text', 'hex']).optional(),
  payload: z.json(),
  retain: z.boolean().optional(),
  /** Arrival, ISO 8601 with offset; decides which device times are believed. */
  at: z.iso.datetime({ offset: true }).optional(),
  note: z.string().optional(),
  /** What a bare answer leaves out: the Modbus request it belongs to, as hex. */
  context: z.strictObject({ request: z.string().regex(/^[0-9a-fA-F ]+$/, 'bytes as hex') }).optional(),
  expect: z.array(expected),
});

export const profile = z
  .strictObject({
    id,
    name: namePair,
    rules: z.array(rule).max(128).default([]),
    /**
     * Members that no rule reads and nobody misses: times, versions, addresses. `a.b` with all below it, `*.id` wherever
     * it stands; from the place where the values of a device stand (`root`).
     */
    known: z.array(z.string().min(1).max(200)).max(256).default([]),
    /** Registers of a Modbus RTU device behind a transparent DTU; asked for by the gateway where devices.yaml gives `downTopic`. */
    modbus: modbusMap.optional(),
    /** How devices of this profile are asked; Modbus devices are without it too. */
    poll: pollPlan.optional(),
    /** Messages, or names of vector files; a profile without tests does not load. */
    tests: z.array(z.union([z.string().regex(/\.json$/, 'a message or the name of a .json file'), testMessage])).min(1),
  })
  .refine((p) => p.rules.length > 0 || p.modbus !== undefined, 'give rules or modbus')
  .refine(
    (p) => p.poll === undefined || (p.poll.protocol === undefined) === (p.modbus !== undefined),
    'poll names a protocol, or the profile has modbus',
  );

export type ProfileConfig = z.output<typeof profile>;
export type ProfileRule = z.output<typeof rule>;
export type EachBlock = z.output<typeof each>;
export type Block = Omit<EachBlock, 'in' | 'key' | 'capture' | 'medium' | 'yields'>;
export type EmitSpec = z.output<typeof emit>;
export type EmitByKey = z.output<typeof emitByKey>;
export type Conversion = Pick<
  EmitSpec,
  'metric' | 'map' | 'scale' | 'offset' | 'invert' | 'round' | 'range' | 'suffix'
>;
export type Requirement = z.output<typeof requirement>;
export type TimeSource = z.output<typeof timeSource>;
export type Suffix = z.output<typeof suffix>;
export type ModbusMap = z.output<typeof modbusMap>;
export type ModbusRegister = ModbusMap['registers'][number];
export type PollPlan = z.output<typeof pollPlan>;
export type TestMessage = z.output<typeof testMessage>;
