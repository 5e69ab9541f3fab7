/**
 * What a receiver of the probe room heard and did not understand, or turned away, for a row that a person reads. Bounded:
 * strangers get few rows and few a second, however many addresses they have, and devices that are known come first.
 */
import type { QuarantineReason } from '#contract/enums.ts';
import type { Frame } from '../shared/frame.ts';
import { createSourceLimit } from './source-limit.ts';

export interface HeardNote {
  readonly frame: Frame;
  readonly reason: QuarantineReason;
  /** Both languages: what happened and what to change. */
  readonly detail: string;
  /** The device's number, where it names one. */
  readonly address?: string | undefined;
}

export interface NoteTopics {
  /** @returns topic of the row; undefined when there is no row to be had now */
  topicOf(base: string, name: string, isKnown: boolean, at: number): string | undefined;
  /** Left without a row of their own, because there were too many. */
  dropped(): number;
}

const MAX_NAMES = 64;
const NAMES_MS = 3_600_000;

export function createNoteTopics(): NoteTopics {
  const strangers = createSourceLimit(5, 50);
  const known = createSourceLimit(5, 20);
  const names = new Map<string, number>();
  let dropped = 0;
  /** So many names within an hour; the others share a row. */
  const nameOf = (name: string, at: number): string => {
    const isNew = !names.has(name);
    const oldest = [...names].find(([, seenAt]) => at - seenAt > NAMES_MS)?.[0];
    if (isNew && oldest !== undefined) names.delete(oldest);
    if (isNew && names.size >= MAX_NAMES) return 'others';
    names.set(name, isNew ? at : (names.get(name) ?? at));
    return name;
  };
  return {
    topicOf(base, name, isKnown, at) {
      const isAllowed = isKnown ? known.take(name, at) : strangers.take('', at);
      if (isAllowed) return `${base}/${isKnown ? name : nameOf(name, at)}`;
      dropped += 1;
      return undefined;
    },
    dropped: () => dropped,
  };
}
