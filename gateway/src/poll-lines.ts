/** Asks the devices on serial lines: sends what is due, and logs what there is to tell. */
import type { CampusInForce } from './campus-in-force.ts';
import type { Clock } from './shared/clock.ts';
import type { Closers } from './shared/closers.ts';
import type { Log } from './shared/log.ts';
import type { OutMessage } from './shared/out-message.ts';

export interface PollParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly closers: Closers;
  campus(): CampusInForce;
  readonly broker: {
    publish(topic: string, payload: string | Buffer): number;
    isListening(): boolean;
  };
}

/** An answer ends a request at once; the next one leaves within this time. */
const BUSY_MS = 10;
/** A changed config is seen within this time. */
const IDLE_MS = 1_000;

export function pollLines({ clock, log, closers, campus, broker }: PollParts): void {
  const send = ({ topic, payload }: OutMessage): boolean => broker.publish(topic, payload) > 0;
  let timer: NodeJS.Timeout | undefined;
  const tick = (): void => {
    const { polls, decoder } = campus();
    const at = clock.monotonic();
    if (broker.isListening()) polls.run(decoder.lines, at, send);
    for (const { level, line, device, text } of polls.news()) log[level]({ line, device }, text);
    timer = setTimeout(tick, Math.min(IDLE_MS, Math.max(BUSY_MS, polls.isOpen() ? 0 : polls.wakeAt() - at)));
  };
  tick();
  closers.push({ name: 'polls', close: () => clearTimeout(timer) });
}
