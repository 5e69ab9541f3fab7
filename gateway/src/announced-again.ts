/** Devices that bridges announced before the restart: many say it only when they start themselves, and let the broker keep it. */
import type { CampusInForce } from './campus-in-force.ts';
import type { KeptMessages } from './kept-messages.ts';
import type { RetainedEntry } from './shared/broker-shelf.ts';
import type { Clock } from './shared/clock.ts';
import type { Frame } from './shared/frame.ts';
import type { TaughtMessage } from './store/taught-messages.ts';

interface Parts {
  readonly kept: Pick<KeptMessages, 'told'>;
  readonly clock: Clock;
  campus(): CampusInForce;
}

/** Messages decoded in one go; what is due meanwhile has its turn. */
const SLICE = 100;

/** What was taught before the restart: knowledge, not news. */
export function heedTaught(messages: readonly TaughtMessage[], { kept, campus }: Omit<Parts, 'clock'>): void {
  for (const { topic, payload, at, username } of messages) {
    const frame = frameOf({ topic, payload, at, username });
    kept.told(frame, campus().decoder.decode(frame));
  }
}

/** Of what the broker retained, what announces devices; the rest has been heard. */
export async function heedRetained(entries: readonly RetainedEntry[], { kept, campus, clock }: Parts): Promise<void> {
  const { decoder } = campus();
  const announcing = entries.filter(({ topic, ownerKind }) => ownerKind !== 'gateway' && decoder.announces(topic));
  for (const [n, { topic, payload, owner }] of announcing.entries()) {
    const frame = frameOf({ topic, payload, at: clock.now(), username: owner });
    kept.told(frame, decoder.decode(frame));
    if (n % SLICE === SLICE - 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

function frameOf(message: Pick<Frame, 'topic' | 'payload' | 'at' | 'username'>): Frame {
  return {
    ...{ ...message, qos: 0, retain: true, replayed: true, will: false },
    ...{ clientId: 'gateway', credential: 'probe' },
  };
}
