/** What the faults of a device do to its messages. */
import type { Message } from '../encoders/message.ts';
import type { ActiveFault } from './fault-board.ts';

export interface WireFaults {
  readonly dropShare: number;
  readonly garbleShare: number;
  readonly skewMs: number;
  /** Messages a second beside the ordinary ones. */
  readonly floodPerSecond: number;
  /** Names of all faults that hold, for the ledger; undefined when none does. */
  readonly names: string | undefined;
}

const WELL: WireFaults = { dropShare: 0, garbleShare: 0, skewMs: 0, floodPerSecond: 0, names: undefined };

export function wireFaults(faults: readonly ActiveFault[]): WireFaults {
  if (faults.length === 0) return WELL;
  let { dropShare, garbleShare, skewMs, floodPerSecond } = WELL;
  for (const { spec } of faults) {
    if (spec.fault === 'drop') dropShare = Math.max(dropShare, spec.params.share);
    if (spec.fault === 'garble') garbleShare = Math.max(garbleShare, spec.params.share);
    if (spec.fault === 'clock-skew') skewMs += spec.params.skewS * 1_000;
    if (spec.fault === 'flood') floodPerSecond += spec.params.perSecond;
  }
  const names = [...new Set(faults.map(({ spec }) => spec.fault))].join('+');
  return { dropShare, garbleShare, skewMs, floodPerSecond, names };
}

/** A payload as a broken line delivers it: cut short, with a byte that is no text. Never valid JSON, never a number. */
export function garbled(message: Message, draw: () => number): Message {
  const bytes = Buffer.from(message.payload);
  const kept = bytes.subarray(0, Math.max(1, Math.floor(bytes.length * draw())));
  return { ...message, payload: Buffer.concat([Buffer.from([0xff, 0x7b]), kept.subarray(0, -1)]) };
}
