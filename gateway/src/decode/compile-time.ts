/** `ts` of a profile: where a message says when it was measured. */
import type { TimeSource } from '#contract/config/profile.ts';
import type { Compiler } from './compiler.ts';
import { parseIso } from './device-time.ts';
import { toNumber } from './payload.ts';
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
    if (raw === undefined || raw === null || raw === '') return undefined;
    const ts = Math.round(toEpoch(raw, unit, run));
    if (Number.isNaN(ts)) return ts;
    return ts < notBefore || ts < run.at - past || ts > run.at + future ? undefined : ts;
  };
}

function toEpoch(raw: unknown, unit: TimeSource['unit'], run: Run): number {
  if (unit === 'local') return typeof raw === 'string' ? run.local.parse(raw, run.at) : Number.NaN;
  if (unit === 'iso') return typeof raw === 'string' ? parseIso(raw) : Number.NaN;
  if (unit === 'iso-compact') return typeof raw === 'string' ? parseCompact(raw) : Number.NaN;
  const number = typeof raw === 'boolean' ? undefined : toNumber(raw);
  if (number === undefined) return unit === 'auto' && typeof raw === 'string' ? parseIso(raw) : Number.NaN;
  if (unit === 's') return number * 1_000;
  if (unit === 'us') return number / 1_000;
  if (unit === 'ms') return number;
  // Seconds stay below 1e11 until the year 5138, milliseconds below 1e14.
  return number < 1e11 ? number * 1_000 : number < 1e14 ? number : number / 1_000;
}

/** `20260302T080000Z`, as some Chinese clouds write it. */
function parseCompact(text: string): number {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z|[+-]\d\d:?\d\d)$/.exec(text);
  if (!found) return Number.NaN;
  const [, year, month, day, hour, minute, second, zone] = found;
  return parseIso(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
}
