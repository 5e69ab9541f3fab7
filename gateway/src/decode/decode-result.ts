/** What becomes of one message. */
import type { Reading } from '#contract/readings.ts';
import type { OutMessage } from '../shared/out-message.ts';
import type { Proposal } from './proposal.ts';
import type { QuarantineNote } from './quarantine-note.ts';
import type { UnreadNote } from './unread.ts';

export interface DecodeResult {
  readonly readings: readonly Reading[];
  /** Ids of devices that showed life: not by a replayed message, a will, or one that says they are gone. */
  readonly heard: readonly string[];
  readonly quarantine: readonly QuarantineNote[];
  /** Understood, and of no interest. */
  readonly ignored: boolean;
  /** The message's own idempotency key; to be remembered only once the readings are stored. */
  readonly dedup: string | undefined;
  /** What the sender's protocol asks to be answered. */
  readonly replies: readonly OutMessage[];
  /** Devices the message announces. */
  readonly proposals: readonly Proposal[];
  /** Teaches what later messages mean: to be kept, and read again after a restart. */
  readonly remember?: boolean | undefined;
  /** Members that no rule reads, of the devices it came from; undefined when it was not looked through. */
  readonly unread?: readonly UnreadNote[] | undefined;
}
