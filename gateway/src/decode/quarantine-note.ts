/** Why something of a message is set aside. */
import type { QuarantineReason } from '#contract/enums.ts';

export interface QuarantineNote {
  readonly reason: QuarantineReason;
  /** What exactly was wrong, one sentence. */
  readonly detail: string;
  readonly profile: string | undefined;
  readonly address: string | undefined;
}
