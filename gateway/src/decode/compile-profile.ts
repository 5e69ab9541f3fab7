/** A checked profile to closures. */
import type { PollPlan, ProfileConfig, ProfileRule, TestMessage } from '#contract/config/profile.ts';
import { pollPlan } from '#contract/config/serial-profile.ts';
import type { Text } from '#contract/enums.ts';
import { LIMITS } from '#contract/topics.ts';
import type { Codec, CodecInput, CodecRead } from './codec.ts';
import { compileBlock, wordOf } from './compile-block.ts';
import { compileKnown } from './compile-known.ts';
import { type Compiler, createCompiler, type ProfileProblem } from './compiler.ts';
import { type CompiledModbus, compileModbus } from './modbus/compile-modbus.ts';
import { readJson, readJsonOrText, readNumber, readText, unpacked } from './payload.ts';
import type { Run } from './run.ts';
import { type Captures, parseTopicPattern, type TopicPattern } from './topic-pattern.ts';

/** What `decode: codec:<name>` may name. Those with a memory are shared by all profiles compiled with them. */
export type Codecs = ReadonlyMap<string, Codec>;

export interface CompiledRule {
  readonly id: string;
  readonly patterns: readonly TopicPattern[];
  readonly ignore: boolean;
  /** Ignored whatever it says. */
  readonly skipped: boolean;
  /** Takes nothing from a device that is registered, and lists what it says as not recorded. */
  readonly offer: ProfileRule['offer'];
  /** What its `require` turns away may be somebody else's. */
  readonly shared: boolean;
  readonly retainable: boolean;
  readonly remember: boolean;
  readonly maxBytes: number;
  /** Rules with the same key read a payload to the same document. */
  readonly readKey: string;
  read(input: CodecInput): CodecRead;
  /** @returns false when the rule's `require` does not hold */
  run(document: unknown, captures: Captures, run: Run): boolean;
  /** The message's own idempotency key. */
  dedup(document: unknown, captures: Captures): string | undefined;
  /** Whether its messages may announce devices. */
  readonly announces: boolean;
  /** Devices the message announces; checked by whoever shows them. */
  propose(document: unknown, captures: Captures): unknown;
}

/** How its devices are asked; the usual timing where the profile says nothing, and nobody is asked. */
export type CompiledPoll = PollPlan;

export interface CompiledProfile {
  readonly id: string;
  readonly name: Text;
  readonly file: string;
  readonly matches: readonly string[];
  readonly rules: readonly CompiledRule[];
  /** Registers of a Modbus device. */
  readonly modbus: CompiledModbus | undefined;
  /** Whether a member of a message, by its keys, is known to say nothing that could be recorded. */
  isKnown(keys: readonly (string | number)[]): boolean;
  readonly poll: CompiledPoll;
  readonly tests: readonly (string | TestMessage)[];
}

/** @returns the profile; it is to be used only when no problem was added */
export function compileProfile(
  config: ProfileConfig,
  file: string,
  codecs: Codecs,
  problems: ProfileProblem[],
): CompiledProfile {
  const compiler = createCompiler(problems);
  if (config.id === 'native')
    compiler
      .at('id')
      .problem('native 是本系统格式，请换一个 id', 'native is the gateway’s own protocol, take another id');
  noTwice(
    config.rules.map((rule) => rule.id),
    (n, id) => compiler.at('rules', n, 'id').problem(`规则 ${id} 出现了两次`, `rule ${id} appears twice`),
  );
  const tests = config.tests.map((test) => (typeof test === 'string' ? test : test.id));
  noTwice(tests, (n, id) => compiler.at('tests', n).problem(`测试 ${id} 出现了两次`, `test ${id} appears twice`));
  const rules = config.rules.map((rule, n) => compileRule(rule, codecs, compiler.at('rules', n)));
  return {
    id: config.id,
    name: config.name,
    file,
    matches: rules.flatMap((rule) => rule.patterns.map((pattern) => pattern.text)),
    rules,
    isKnown: compileKnown(config.known),
    modbus: config.modbus === undefined ? undefined : compileModbus(config.modbus, compiler.at('modbus')),
    poll: compilePoll(config.poll, compiler.at('poll')),
    tests: config.tests,
  };
}

function compilePoll(poll: PollPlan | undefined, compiler: Compiler): CompiledPoll {
  if (poll === undefined) return pollPlan.parse({});
  for (const [n, di] of (poll.read ?? []).entries()) {
    if (poll.protocol === 'dlt645' || (poll.protocol === 'cjt188' && di.length === 4)) continue;
    const protocol = poll.protocol ?? 'Modbus';
    compiler.at('read', n).problem(`${protocol} 没有数据标识 ${di}`, `${protocol} has no data identifier ${di}`);
  }
  return poll;
}

function compileRule(rule: ProfileRule, codecs: Codecs, compiler: Compiler): CompiledRule {
  const patterns = rule.match.flatMap((text, n) => compiler.at('match', n).parsed(parseTopicPattern(text)) ?? []);
  const everywhere = (patterns[0]?.names ?? []).filter((name) =>
    patterns.every((pattern) => pattern.names.includes(name)),
  );
  const said = Object.entries(rule.capture ?? {}).map(([name, from]) => ({
    name,
    reach: compiler.withCaptures(everywhere).at('capture', name).paths(from),
  }));
  const inside = compiler.withCaptures([...everywhere, ...said.map(({ name }) => name)]);
  const capturesOf = (document: unknown, captures: Captures): Captures => {
    let all: Record<string, string> | undefined;
    for (const { name, reach } of said) {
      const word = wordOf(reach(document, captures));
      if (word === '') continue;
      all ??= { ...captures };
      all[name] = word;
    }
    return all ?? captures;
  };
  const block = {
    ...rule,
    ...(rule.offer && { emit: [] }),
    device: rule.device ?? (everywhere.includes('device') ? '{device}' : undefined),
  };
  const skipped = rule.ignore && rule.require === undefined;
  const body = skipped ? undefined : compileBlock(block, inside, 'rule');
  const keyOf = rule.wrap === undefined ? undefined : inside.at('wrap').template(rule.wrap);
  const wrap = (document: unknown, captures: Captures): unknown => {
    const key = keyOf?.(document, captures);
    return key === undefined ? document : { [key]: document };
  };
  const dedupOf = rule.dedup === undefined ? undefined : inside.at('dedup').paths(rule.dedup);
  const proposeOf = rule.propose === undefined ? undefined : inside.at('propose').paths(rule.propose);
  return {
    id: rule.id,
    patterns,
    ignore: rule.ignore,
    skipped,
    offer: rule.offer,
    shared: rule.shared,
    retainable: rule.retainable,
    remember: rule.remember,
    maxBytes: rule.maxBytes ?? LIMITS.payloadBytes,
    readKey: `${rule.decode} ${rule.maxKeys} ${rule.unpack?.join(' ') ?? ''}`,
    read: unpacking(rule, reader(rule, codecs, inside.at('decode'))),
    run: (document, captures, run) =>
      body?.(
        wrap(document, captures),
        { captures: capturesOf(document, captures), address: undefined, ts: undefined },
        run,
      ) ?? true,
    dedup: (document, captures) => {
      const key = dedupOf?.(wrap(document, captures), captures);
      return typeof key === 'string' && key.length > 0 && key.length <= 256 ? key : undefined;
    },
    announces: proposeOf !== undefined,
    propose: (document, captures) => proposeOf?.(wrap(document, captures), captures),
  };
}

/** Some gateways put one JSON text into another. */
function unpacking({ unpack, maxKeys }: ProfileRule, read: CompiledRule['read']): CompiledRule['read'] {
  if (unpack === undefined) return read;
  return (input) => {
    const outer = read(input);
    if (!outer.ok) return outer;
    const inner = unpacked(outer.value, unpack, maxKeys);
    const faults = [...(outer.faults ?? []), ...((inner.ok && inner.faults) || [])];
    return faults.length > 0 && inner.ok ? { ...inner, faults } : inner;
  };
}

function reader(rule: ProfileRule, codecs: Codecs, compiler: Compiler): CompiledRule['read'] {
  switch (rule.decode) {
    case 'json':
      return ({ payload }) => readJson(payload, rule.maxKeys);
    case 'text':
      return ({ payload }) => readText(payload);
    case 'number':
      return ({ payload }) => readNumber(payload);
    case 'json-or-text':
      return ({ payload }) => readJsonOrText(payload, rule.maxKeys);
    default: {
      const codec = codecs.get(rule.decode.slice(rule.decode.indexOf(':') + 1));
      if (codec !== undefined) return codec;
      const known = [...codecs.keys()].join(', ') || '—';
      compiler.problem(
        `没有编解码器 ${rule.decode}；可用：${known}`,
        `there is no ${rule.decode}; there are: ${known}`,
      );
      return () => ({ ok: false, detail: 'no codec' });
    }
  }
}

function noTwice(ids: readonly string[], report: (n: number, id: string) => void): void {
  for (const [n, id] of ids.entries()) if (ids.indexOf(id) < n) report(n, id);
}
