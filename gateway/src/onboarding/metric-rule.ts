/** How a row of the table of proposals reads a value. */
import type { Text } from '#contract/enums.ts';
import type { FieldName } from './field-name.ts';
import type { MessageContext } from './message-context.ts';
import type { Scalar } from './read-message.ts';
import { stateMap } from './state-words.ts';

export interface MetricReading {
  /** Instead of the row's own; null for a value that looks like it and must not be taken for it. */
  readonly metric?: string | null;
  readonly scale?: number | string;
  readonly map?: Readonly<Record<string, number>>;
  /** What is to be checked. */
  readonly note?: Text;
}

export interface MetricRule {
  readonly metric: string;
  /** Tested on words between underscores. */
  readonly name: RegExp;
  /** Looks at the names around the value too. */
  readonly anywhere?: boolean;
  /** Anywhere in the whole name: it is something else. */
  readonly not?: RegExp;
  /** The same in the name itself. */
  readonly notOwn?: RegExp;
  when?(context: MessageContext, name: FieldName, value: Scalar): boolean;
  read(value: Scalar, name: FieldName, context: MessageContext): MetricReading | undefined;
}

export const note = (zh: string, en: string): { readonly note: Text } => ({ note: { zh, en } });
export const isNumber = (value: Scalar): value is number => typeof value === 'number';
export const anyNumber: MetricRule['read'] = (value) => (isNumber(value) ? {} : undefined);

/** Scale by unit; `whenUnsaid` is what holds when no unit is said. */
export function scaled(
  scales: Readonly<Record<string, number | string>>,
  whenUnsaid: (value: number, name: FieldName) => MetricReading = () => ({}),
): MetricRule['read'] {
  return (value, name) => {
    if (!isNumber(value)) return undefined;
    if (name.unit === undefined) return whenUnsaid(value, name);
    const scale = scales[name.unit];
    if (scale === undefined) return undefined;
    return scale === 1 ? {} : { scale };
  };
}

export function state(metric: string, inverted = false, more: MetricReading = {}): MetricRule['read'] {
  return (value) => {
    const found = stateMap(value, metric, inverted);
    if (!found.ok) return undefined;
    return { ...more, ...(found.map === undefined ? {} : { map: found.map }) };
  };
}

/** Both are to be checked. */
export function withDoubt(reading: MetricReading, doubt: Text | undefined): MetricReading {
  return doubt === undefined ? reading : { ...reading, note: bothNotes(reading.note, doubt) };
}

export function bothNotes(first: Text | undefined | null, second: Text): Text {
  if (!first) return second;
  return { zh: `${first.zh}；${second.zh}`, en: `${first.en}; ${second.en}` };
}
