/** `houqin profile test`: runs the tests that a profile bundles, or the messages of a fixture against all profiles. */
import { z } from 'zod';
import { type TestMessage, testMessage } from '#contract/config/profile.ts';
import { metricInfo } from '#contract/metrics.ts';
import { vectorFile } from '#contract/vectors/vector-file.ts';
import { parseNearJson } from '../shared/near-json.ts';
import { withoutEnds } from '../shared/plain-text.ts';
import { createRegistry } from '../shared/registry.ts';
import { isInstant, isoText } from '../shared/time-text.ts';
import type { CompiledProfile } from './compile-profile.ts';
import { compileProfiles } from './compile-profiles.ts';
import { type AddressReading, createDecoder, type Decoder } from './decoder.ts';

export interface ProfileTestInput {
  /** Files to test, text by name: `.yaml` a profile, `.json` a fixture or a vector file. */
  readonly targets: ReadonlyMap<string, string>;
  /** Profiles that fixtures are run against, text by name. */
  readonly loaded: ReadonlyMap<string, string>;
  /** Vector files that profiles name in their tests, text by bare file name. */
  readonly vectors: ReadonlyMap<string, string>;
  /** Zone of local device times; the site's. */
  readonly timeZone?: string;
}

export interface ProfileTestFailure {
  readonly file: string;
  readonly id: string;
  readonly expected: unknown;
  readonly got: unknown;
}

export interface ProfileTestResult {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly ProfileTestFailure[];
}

interface Case {
  readonly file: string;
  readonly message: TestMessage;
  /** Everything that comes out must be expected; in a fixture more may come out. */
  readonly exact: boolean;
  /** What must not come out is said in words: that nothing is expected does not mean that nothing may come. */
  readonly open?: boolean;
}

const TOLERANCE = 1e-6;
/** Arrival of a message whose test names none: 2026-03-02 08:00:05 in China. */
const DEFAULT_AT = Date.parse('2026-03-02T08:00:05+08:00');

export function profileTest(input: ProfileTestInput): ProfileTestResult {
  const failures: ProfileTestFailure[] = [];
  let passed = 0;
  const run = (decoder: Decoder, cases: readonly Case[], choices: readonly Decoder[] = []): void => {
    for (const one of cases) {
      const failure = failureOf(decoder, one);
      const isChosen = one.message.expect.length > 0 && choices.some((choice) => failureOf(choice, one) === undefined);
      if (failure === undefined || isChosen) passed += 1;
      else failures.push(failure);
    }
  };
  for (const [file, text] of input.targets) {
    if (file.endsWith('.json')) {
      const { profiles, problems } = compileProfiles(input.loaded);
      failures.push(...problems.map(problemFailure));
      // A bare Modbus answer fits many meters: devices.yaml says which one it is, so one profile that reads it is enough.
      const meters = profiles.filter(({ modbus }) => modbus !== undefined);
      run(
        decoderOf(profiles, input.timeZone),
        fileCases(file, text, failures),
        meters.map((profile) => decoderOf([profile], input.timeZone)),
      );
    } else {
      const { profiles, problems } = compileProfiles(new Map([[file, text]]));
      failures.push(...problems.map(problemFailure));
      for (const profile of profiles)
        run(decoderOf([profile], input.timeZone), bundledCases(profile, input.vectors, failures));
    }
  }
  return { passed, failed: failures.length, failures };
}

/** A decoder that knows no device: enough to see what messages say. */
export function decoderOf(profiles: readonly CompiledProfile[], timeZone = 'Asia/Shanghai'): Decoder {
  const name = { zh: '测试', en: 'test' };
  const campus = { name, timeZone, sites: [{ id: 'test', name }], places: [] };
  return createDecoder({ registry: createRegistry(campus, { devices: [], credentials: [] }), profiles });
}

/** The bytes, the topic and the arrival of a test message. */
export function frameOf(message: TestMessage): {
  readonly topic: string;
  readonly payload: Buffer;
  readonly at: number;
  readonly request?: Buffer;
} {
  const { topic, payload, at, context } = message;
  const enc = message.enc ?? (typeof payload === 'string' ? 'text' : 'json');
  const bytes =
    enc === 'json'
      ? Buffer.from(JSON.stringify(payload))
      : enc === 'hex'
        ? fromHex(String(payload))
        : Buffer.from(String(payload), 'utf8');
  const request = context === undefined ? {} : { request: fromHex(context.request) };
  return { topic, payload: bytes, at: at === undefined ? DEFAULT_AT : Date.parse(at), ...request };
}

const fromHex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s+/g, ''), 'hex');

function failureOf(decoder: Decoder, { file, message, exact, open = false }: Case): ProfileTestFailure | undefined {
  const trace = decoder.trace(frameOf(message));
  const left = [...trace.readings];
  const missing = message.expect.filter((wanted) => {
    const at = left.findIndex((reading) => fits(wanted, reading, exact));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const surplus = exact || (message.expect.length === 0 && !open) ? left.length : 0;
  if (missing.length === 0 && surplus === 0) return undefined;
  const got = trace.readings.length > 0 || trace.faults.length === 0 ? trace.readings.map(shown) : trace.faults;
  return { file, id: message.id, expected: message.expect, got };
}

function fits(wanted: TestMessage['expect'][number], reading: AddressReading, exact: boolean): boolean {
  if (wanted.device !== reading.address || wanted.metric !== reading.metric) return false;
  if (Math.abs(wanted.value - reading.value) > TOLERANCE) return false;
  if (wanted.ts === undefined) return !exact || reading.ts === undefined;
  return reading.ts === (typeof wanted.ts === 'number' ? wanted.ts : Date.parse(wanted.ts));
}

/** In the words of `expect`, so that it can be copied there. */
function shown({ address, metric, value, ts }: AddressReading): unknown {
  return { device: address, metric, value, ...(ts === undefined ? {} : { ts: isoText(ts) }) };
}

function problemFailure(problem: {
  readonly file: string;
  readonly line: number;
  readonly path: string;
  readonly message: { readonly zh: string; readonly en: string };
}): ProfileTestFailure {
  return {
    file: problem.file,
    id: `line ${problem.line} ${problem.path}`.trim(),
    expected: 'a valid profile',
    got: `${problem.message.zh} / ${problem.message.en}`,
  };
}

function bundledCases(
  profile: CompiledProfile,
  vectors: ReadonlyMap<string, string>,
  failures: ProfileTestFailure[],
): Case[] {
  return profile.tests.flatMap((test) => {
    if (typeof test !== 'string') return [{ file: profile.file, message: test, exact: true }];
    const text = vectors.get(test.slice(test.lastIndexOf('/') + 1));
    if (text !== undefined) return fileCases(test, text, failures);
    failures.push({
      file: profile.file,
      id: test,
      expected: 'a vector file beside the profile or among the built-in ones',
      got: 'no such file',
    });
    return [];
  });
}

/** A fixture is looser than our own vectors: unknown keys are dropped, states may be booleans. */
const fixture = z.object({
  _meta: z.object({ must_not: z.unknown().optional() }),
  messages: z.array(
    testMessage
      .omit({ expect: true, enc: true, context: true })
      .strip()
      .extend({
        enc: z.string(),
        /** What else a fixture knows of a message is for people. */
        context: z.object({ request: z.string().optional() }).optional(),
        expect: z.array(
          z.object({
            device: z.string(),
            metric: z.string(),
            value: z.union([z.number(), z.boolean(), z.string()]),
            ts: z.string().optional(),
          }),
        ),
      }),
  ),
});

function fileCases(file: string, text: string, failures: ProfileTestFailure[]): Case[] {
  const read = parseNearJson(withoutEnds(text));
  const value = read.ok ? read.value : undefined;
  const vectors = vectorFile.safeParse(value);
  if (vectors.success) return vectors.data.messages.map((message) => ({ file, message, exact: true }));
  const parsed = fixture.safeParse(value);
  if (!parsed.success) {
    const issue = vectors.error.issues[0];
    failures.push({
      file,
      id: issue?.path.join('.') ?? '',
      expected: 'a fixture {_meta, messages} or a vector file {profile, title, messages}',
      got: read.ok ? (issue?.message ?? '') : read.detail,
    });
    return [];
  }
  return parsed.data.messages.map(({ enc, expect, context, ...message }) => {
    const stamped = expect.find((wanted) => wanted.ts !== undefined)?.ts;
    const known = enc === 'hex' || enc === 'json' ? enc : 'text';
    const sentAt = Date.parse(stamped ?? '') + 1_000;
    const at = message.at ?? (isInstant(sentAt) ? isoText(sentAt) : undefined);
    return {
      file,
      exact: false,
      open: parsed.data._meta.must_not !== undefined,
      message: {
        ...{ ...message, enc: known, expect: expect.map(asNumber) },
        ...(at === undefined ? {} : { at }),
        ...(context?.request === undefined ? {} : { context: { request: context.request } }),
      },
    };
  });
}

function asNumber({
  value,
  ...wanted
}: z.output<typeof fixture>['messages'][number]['expect'][number]): TestMessage['expect'][number] {
  // An alert is named where a state is expected: that it is there is the state.
  const isNamed = typeof value === 'string' && metricInfo(wanted.metric)?.kind === 'state';
  return { ...wanted, value: isNamed ? 1 : Number(value) };
}
