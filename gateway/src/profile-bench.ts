/** Tries profiles out on kept messages, in decoders of their own: the live one neither hears of it nor counts it. */
import type { Text } from '#contract/enums.ts';
import type { MessageFields, ProfileDraft, ProfilePreview } from '#contract/http/onboarding.ts';
import { powerDoubts, powerDoubtText } from '#contract/power-doubt.ts';
import type { ActionResult } from './api/api-deps.ts';
import { createCodecs } from './decode/codecs/create-codecs.ts';
import { compileProfiles } from './decode/compile-profiles.ts';
import type { Trace } from './decode/decoder.ts';
import { decoderOf, profileTest } from './decode/profile-test.ts';
import { draftProblems, draftYaml } from './onboarding/draft-profile.ts';
import type { KeptFrame } from './onboarding/kept-book.ts';

type Message = Pick<KeptFrame, 'topic' | 'payload' | 'at'> & { readonly from?: string | undefined };
type Row = ProfilePreview['rows'][number];

export interface ProfileBench {
  /** Profiles that get values out of a message, the one with most first. */
  understood(message: Message): MessageFields['profiles'];
  tryLoaded(profile: string, messages: readonly Message[]): ActionResult<ProfilePreview>;
  tryDraft(
    draft: ProfileDraft,
    messages: readonly Message[],
  ): { readonly preview: ProfilePreview; readonly file: string };
}

const MAX_ROWS = 50;

/** What the bench needs of the campus, as plain values. */
export interface BenchCampus {
  readonly profiles: readonly { readonly id: string; readonly name: Text; readonly file: string }[];
  /** Text by file name. */
  readonly files: ReadonlyMap<string, string>;
  readonly timeZone: string;
}

interface Tracer {
  readonly id: string;
  readonly name: Text;
  trace(message: Message): Trace;
}

export function createProfileBench({ profiles, files, timeZone }: BenchCampus): ProfileBench {
  /** One profile with codecs that have heard nothing. */
  const tracer = (texts: ReadonlyMap<string, string>): ((message: Message) => Trace) => {
    const decoder = decoderOf(compileProfiles(texts, createCodecs()).profiles, timeZone);
    return ({ topic, payload, at, from }) => decoder.trace({ topic, payload: Buffer.from(payload), at, from });
  };
  const fileOf = (id: string): ReadonlyMap<string, string> | undefined => {
    const file = profiles.find((profile) => profile.id === id)?.file;
    const text = file === undefined ? undefined : files.get(file);
    return file === undefined || text === undefined ? undefined : new Map([[file, text]]);
  };
  /** Built once: twenty profiles take their time. */
  let known: readonly Tracer[] | undefined;
  const tracersOf = (): readonly Tracer[] => {
    known ??= profiles.map(({ id, name }) => ({ id, name, trace: tracer(fileOf(id) ?? new Map()) }));
    return known;
  };

  return {
    understood: (message) =>
      tracersOf()
        .flatMap(({ id, name, trace: traceOf }) => {
          const trace = traceOf(message);
          const [first] = trace.readings;
          if (first === undefined || trace.profile !== id) return [];
          return [{ id, name: { ...name }, address: first.address, values: trace.readings.length }];
        })
        .sort((a, b) => b.values - a.values)
        .map(({ id, name, address }) => ({ id, name, address })),
    tryLoaded: (profile, messages) => {
      const files = fileOf(profile);
      if (files === undefined && profile !== 'native')
        return { ok: false, status: 404, zh: `没有模板 ${profile}。`, en: `There is no profile ${profile}.` };
      const trace = tracer(files ?? new Map());
      return {
        ok: true,
        value: {
          yaml: null,
          problems: [],
          ...triedOn(messages.map((one) => rowOf(one, trace(one)))),
        },
      };
    },
    tryDraft: (draft, messages) => {
      const file = `${draft.id}.yaml`;
      const problems = draftProblems(draft);
      if (profiles.some(({ id }) => id === draft.id)) problems.push(taken(draft.id));
      // A profile without a test does not load, and its tests are what it makes of these messages.
      const picked = messages.findLast(({ topic }) => topic === draft.topic)?.payload;
      const empty = { topic: draft.topic, at: 0, payload: new Uint8Array(), readings: [] };
      const blank = draftYaml(draft, [empty], picked);
      const compiled = compileProfiles(new Map([[file, blank]]), createCodecs());
      problems.push(...compiled.problems.map(({ path, message }) => located(path, message)));
      if (problems.length > 0) return { file, preview: { yaml: null, problems, doubts: [], rows: [] } };
      const trace = tracer(new Map([[file, blank]]));
      const traced = messages.map((message) => ({ ...message, trace: trace(message) }));
      const good = traced.filter(({ trace: { readings, faults } }) => readings.length > 0 && faults.length === 0);
      const yaml = draftYaml(
        draft,
        good.map(({ trace: { readings }, ...message }) => ({ ...message, readings })),
        picked,
      );
      if (good.length === 0) problems.push(NO_VALUE);
      else problems.push(...failed(file, yaml, timeZone));
      const rows = traced.map(({ trace: found, ...message }) => rowOf(message, found));
      return { file, preview: { yaml, problems, ...triedOn(rows) } };
    },
  };
}

/** Newest first, with what the newest message of each kind says against itself. */
function triedOn(rows: readonly Row[]): Pick<ProfilePreview, 'rows' | 'doubts'> {
  const newest = rows.slice(-MAX_ROWS).reverse();
  const found = new Map<string, Text>();
  for (const { readings } of newest) {
    for (const address of new Set(readings.map((reading) => reading.address))) {
      const values = new Map(
        readings.flatMap((one): [string, number][] => (one.address === address ? [[one.metric, one.value]] : [])),
      );
      for (const doubt of powerDoubts((metric) => values.get(metric)))
        if (!found.has(doubt.metric)) found.set(doubt.metric, powerDoubtText(doubt));
    }
  }
  return { rows: newest, doubts: [...found.values()] };
}

function rowOf({ topic, at }: Message, { readings, faults, noTime }: Trace): Row {
  return {
    ...{ at, topic },
    readings: readings.map(({ address, metric, value, ts }) => ({ address, metric, value, ts: ts ?? null })),
    faults: [...faults.map(({ detail }) => detail), ...(noTime ? [NO_TIME] : [])],
  };
}

const NO_TIME =
  '报文里的时间读不出来，读数按到达时间计；请换一种时间单位，或不用它 / the time in the message is none in this unit, so the arrival counts; choose another unit, or leave the time out';

/** The same rule as for every profile: what it brings as tests has to pass. */
function failed(file: string, yaml: string, timeZone: string): Text[] {
  const { failures } = profileTest({
    targets: new Map([[file, yaml]]),
    loaded: new Map(),
    vectors: new Map(),
    timeZone,
  });
  return failures.map(({ id, got }) => ({
    zh: `模板自带的测试 ${id} 不通过：${JSON.stringify(got)}`,
    en: `its own test ${id} fails: ${JSON.stringify(got)}`,
  }));
}

const located = (path: string, { zh, en }: Text): Text => ({ zh: `${path}：${zh}`, en: `${path}: ${en}` });

const taken = (id: string): Text => ({
  zh: `已有编号为“${id}”的模板，请换一个。`,
  en: `There already is a profile “${id}”; choose another id.`,
});

const NO_VALUE: Text = {
  zh: '保留的报文里没有一条能得出读数，请检查所选的字段和换算。',
  en: 'None of the kept messages yields a reading; check the picked fields and their conversions.',
};
