/** A block of a profile: a rule's body, or what is done for each element of it. */
import type { Block, EachBlock, Requirement } from '#contract/config/profile.ts';
import { isOfOtherMedium, isOfWater } from '../shared/name-meaning.ts';
import { underscored } from '../shared/name-words.ts';
import { compileEmit, compileEmitByKey, type Emit } from './compile-emit.ts';
import { compileTime } from './compile-time.ts';
import type { Compiler } from './compiler.ts';
import { excerpt, isWords } from './payload.ts';
import { addFault, isAddress, type Run, type Scope } from './run.ts';
import { type Captures, parseKeyPattern } from './topic-pattern.ts';
import { isObject, type Reach } from './value-path.ts';

/** @returns false when the block does not apply: its `require` does not hold */
export type RunBlock = (document: unknown, scope: Scope, run: Run) => boolean;

/** `place`: the body of a rule, or inside a block that says which device it is about, or inside one that does not. */
export function compileBlock(block: Block, compiler: Compiler, place: 'rule' | 'known' | 'open'): RunBlock {
  const around = place === 'known';
  const top = place === 'rule';
  const {
    device,
    require,
    root,
    ts,
    refuse,
    backfill = false,
    only,
    emit = [],
    emit_by_key: byKey = [],
    each = [],
  } = block;
  const requires = compileRequire(require ?? [], compiler.at('require'));
  const addressOf = device === undefined ? undefined : compileDevice(device, compiler.at('device'));
  if ((emit.length + byKey.length > 0 || refuse !== undefined) && addressOf === undefined && !around) {
    compiler.problem(
      '没有说明是哪个设备：写 device，或在主题里捕获 {device}',
      'says nothing about the device: give device, or capture {device} in the topic',
    );
  }
  const timeOf = ts === undefined ? undefined : compileTime(ts, compiler.at('ts'));
  const rootOf = root === undefined ? undefined : compiler.at('root').paths(root);
  const complaint = refuse === undefined ? undefined : compiler.at('refuse').template(refuse);
  const emits: Emit[] = [
    ...emit.map((spec, n) => compileEmit(spec, compiler.at('emit', n))),
    ...byKey.map((spec, n) => compileEmitByKey(spec, compiler.at('emit_by_key', n))),
  ];
  const members = each.map((spec, n) =>
    compileEach(spec, compiler.at('each', n), around || addressOf !== undefined ? 'known' : 'open'),
  );
  return (document, scope, run) => {
    if (!requires(document, scope.captures)) return false;
    const address = addressOf === undefined ? scope.address : addressOf(document, scope.captures);
    if (address === undefined && (addressOf !== undefined || emits.length > 0)) {
      addFault(run, 'bad-payload', 'the message does not name its device');
      return true;
    }
    if (address !== undefined) {
      if (only === undefined) run.touched.add(address);
      if (top) run.subject = address;
    }
    const said = complaint?.(document, scope.captures);
    if (said !== undefined) addFault(run, 'bad-value', excerpt(said), address, true);
    const ts = timeOf?.(document, scope.captures, run) ?? scope.ts;
    const value = rootOf === undefined ? document : rootOf(document, scope.captures);
    if (addressOf !== undefined && address !== undefined && only === undefined)
      run.bases.push({ address, value: value ?? document, ts, backfill: run.backfill || backfill });
    if (value === undefined || value === null) return true;
    const outer = { backfill: run.backfill, only: run.only, where: run.where };
    run.backfill ||= backfill;
    run.only = only ?? run.only;
    if (addressOf !== undefined) run.where = '';
    if (address !== undefined) for (const one of emits) one(value, scope.captures, address, ts, run);
    for (const member of members) member(value, { captures: scope.captures, address, ts }, run);
    run.backfill = outer.backfill;
    run.only = outer.only;
    run.where = outer.where;
    return true;
  };
}

function compileEach(
  spec: EachBlock,
  compiler: Compiler,
  place: 'known' | 'open',
): (value: unknown, scope: Scope, run: Run) => void {
  const reach = compiler.at('in').paths(spec.in);
  const key = spec.key === undefined ? undefined : compiler.at('key').parsed(parseKeyPattern(spec.key));
  const captured = Object.entries(spec.capture ?? {});
  const own = captured.map(([name, from]) => ({ name, reach: compiler.at('capture', name).paths(from) }));
  const names = ['index', 'key', ...(key?.names ?? []), ...own.map(({ name }) => name)];
  const body = compileBlock(spec, compiler.withCaptures(names), place);
  // What a member has to have is looked at before anything is made for it, unless its own captures are needed.
  const early = (spec.require ?? []).filter(({ path }) => path.every((text) => !text.includes('{')));
  const holds = compileRequire(early, compiler.at('require'));
  const one = (item: unknown, label: string, scope: Scope, captures: Record<string, string>, run: Run): void => {
    const { address, ts } = scope;
    for (const { name, reach } of own) captures[name] = wordOf(reach(item, captures));
    const outer = run.where;
    const isYielding = run.yields;
    run.yields ||= spec.yields;
    if (typeof item === 'object') run.where = `${outer}${outer === '' || label.startsWith('[') ? '' : '.'}${label}`;
    body(item, { captures, address, ts }, run);
    run.where = outer;
    run.yields = isYielding;
  };
  const isPassedOver = spec.medium === undefined ? undefined : otherMedium();
  return (value, scope, run) => {
    const container = reach(value, scope.captures);
    if (Array.isArray(container)) {
      for (const [index, item] of container.entries()) {
        if (run.overflow) return;
        one(item, `[${index}]`, scope, { ...scope.captures, index: String(index) }, run);
      }
    } else if (isObject(container)) {
      for (const name of Object.keys(container)) {
        if (run.overflow) return;
        const member = container[name];
        if (early.length > 0 && !holds(member, scope.captures)) continue;
        if (isPassedOver?.(name) === true) continue;
        const found = key === undefined ? undefined : key.match(name);
        if (key !== undefined && found === undefined) continue;
        one(member, name, scope, { ...scope.captures, ...found, key: name }, run);
      }
    }
  };
}

const MAX_NAMES = 256;

/** Keys are the same from message to message: each is taken apart once. */
function otherMedium(): (key: string) => boolean {
  const known = new Map<string, boolean>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const words = underscored(key);
    const isOther = isOfOtherMedium(words) || isOfWater(words);
    if (known.size < MAX_NAMES && key.length <= MAX_WORD) known.set(key, isOther);
    return isOther;
  };
}

const MAX_WORD = 128;

export function wordOf(found: unknown): string {
  return typeof found === 'string' || typeof found === 'number' ? String(found).slice(0, MAX_WORD) : '';
}

function compileDevice(
  device: NonNullable<Block['device']>,
  compiler: Compiler,
): (document: unknown, captures: Captures) => string | undefined {
  const reach: Reach = typeof device === 'string' ? compiler.template(device) : compiler.at('path').paths(device.path);
  return (document, captures) => {
    const found = reach(document, captures);
    const address = typeof found === 'number' ? String(found) : found;
    return isAddress(address) ? address : undefined;
  };
}

function compileRequire(
  requirements: readonly Requirement[],
  compiler: Compiler,
): (document: unknown, captures: Captures) => boolean {
  if (requirements.length === 0) return () => true;
  const tests = requirements.map((requirement, n) => {
    const reach = compiler.at(n, 'path').paths(requirement.path);
    const { is, not, present, single, text } = requirement;
    return (document: unknown, captures: Captures): boolean => {
      const found = reach(document, captures);
      if (present !== undefined && (found !== undefined) !== present) return false;
      if (single !== undefined && (typeof found !== 'object' || found === null) !== single) return false;
      if (text !== undefined && isWords(found) !== text) return false;
      if (is !== undefined && !is.some((wanted) => wanted === found)) return false;
      return not === undefined || !not.some((unwanted) => unwanted === found);
    };
  });
  return (document, captures) => tests.every((test) => test(document, captures));
}
