/** `ts` of a profile: where a message says when it was measured. */
import type { TimeSource } from '#contract/config/profile.ts';
import { bareWord } from '../shared/plain-text.ts';
import { epochIn, epochOf, isInstant, readTimeText } from '../shared/time-text.ts';
import type { Compiler } from './compiler.ts';
import { parseIso } from './device-time.ts';
import { isUnknown, toNumber } from './payload.ts';
import type { Run } from './run.ts';
import type { Captures } from './topic-pattern.ts';

/** Epoch ms; undefined when the message has no time, NaN when it has one that cannot be read. */
export type ReadTime = (value: unknown, captures: Captures, run: Run) => number | undefined;

/** The first source that holds a time. One outside its window, or before `notBefore`, holds none. */
export function compileTime(sources: readonly TimeSource[], compiler: Compiler): ReadTime {
  const readers = sources.map((source, n) => compileSource(source, compiler.at(n)));
  return (value, captures, run) => {
    let unreadable: number | undefined;
    for (const read of readers) {
      const ts = read(value, captures, run);
      if (ts !== undefined && !Number.isNaN(ts)) return ts;
      unreadable ??= ts;
    }
    return unreadable;
  };
}

function compileSource(source: TimeSource, compiler: Compiler): ReadTime {
  const reach = compiler.at('path').paths(source.path);
  const notBefore = Date.parse(`${source.notBefore}T00:00:00Z`);
  const { past = Infinity, future = Infinity, unit } = source;
  return (value, captures, run) => {
    const raw = reach(value, captures);
    if (isUnknown(raw)) return undefined;
    const ts = Math.round(toEpoch(typeof raw === 'string' ? bareWord(raw) : raw, unit, run));
    if (!isInstant(ts)) return Number.NaN;
    return ts < notBefore || ts < run.at - past || ts > run.at + future ? undefined : ts;
  };
}

function toEpoch(raw: unknown, unit: TimeSource['unit'], run: Run): number {
  if (unit === 'local') return localOf(raw, run);
  if (unit === 'iso') return typeof raw === 'string' ? parseIso(raw) : Number.NaN;
  if (unit === 'iso-compact') return typeof raw === 'string' ? parseCompact(raw) : Number.NaN;
  const number = typeof raw === 'boolean' ? undefined : toNumber(raw);
  if (unit !== 'auto') return number === undefined ? Number.NaN : epochIn(unit, number, run.at);
  return number === undefined ? textTime(raw, run) : (epochOf(number, run.at) ?? beforeEpochs(number, run));
}

function localOf(raw: unknown, run: Run): number {
  return typeof raw === 'string' || typeof raw === 'number' ? run.local.parse(String(raw), run.at) : Number.NaN;
}

/** Seconds since boot are a time before any that counts; of more digits than an epoch has, the site's wall clock. */
function beforeEpochs(number: number, run: Run): number {
  return number < 1e9 ? number * 1_000 : localOf(number, run);
}

function textTime(raw: unknown, run: Run): number {
  if (typeof raw !== 'string') return Number.NaN;
  const iso = parseIso(raw);
  if (!Number.isNaN(iso)) return iso;
  const read = readTimeText(raw, run.at);
  if (read.kind !== 'time' || read.isDay) return Number.NaN;
  return read.offsetMs === undefined ? run.local.parse(raw, run.at) : read.wall - read.offsetMs;
}

/** `20260302T080000Z`, as some Chinese clouds write it. */
function parseCompact(text: string): number {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z|[+-]\d\d(?::?\d\d)?)$/.exec(text);
  if (!found) return Number.NaN;
  const [, year, month, day, hour, minute, second, zone] = found;
  return parseIso(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
}
