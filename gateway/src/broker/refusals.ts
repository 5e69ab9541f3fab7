/** Everything the broker turns away is counted, told to the book that people see, and written to the log once a minute. */
import { type RefusalReason, refusalSentence } from '#contract/refusals.ts';
import type { Clock } from '../shared/clock.ts';
import type { BrokerOptions } from './broker-options.ts';
import { type Counters, countUp } from './counters.ts';
import type { Notice } from './notices.ts';

/** Who was refused, as far as it said. */
export interface RefusedClient {
  readonly username?: string | undefined;
  readonly clientId?: string | undefined;
  readonly address: string;
}

export type Refuse = (reason: RefusalReason, client: RefusedClient, detail?: string) => void;

export function createRefuse(
  { onRefusal }: Pick<BrokerOptions, 'onRefusal'>,
  counters: Counters,
  clock: Clock,
  notice: Notice,
): Refuse {
  return (reason, { username, clientId, address }, detail) => {
    countUp(counters.refused, reason);
    onRefusal?.({ at: clock.now(), login: username, clientId, address, reason, detail });
    const fields = {
      login: username?.slice(0, 128),
      clientId: clientId?.slice(0, 128),
      address,
      detail: detail?.slice(0, 200),
    };
    notice(reason, `${username ?? ''}\0${clientId ?? ''}\0${address}`, fields, refusalSentence(reason));
  };
}
