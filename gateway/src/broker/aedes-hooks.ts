/** The questions aedes asks, answered from credentials, rights and limits. */
import type { AedesOptions, AuthenticateError, Client, ConnectPacket, Subscription } from 'aedes';
import type { Clock } from '../shared/clock.ts';
import { createAuthThrottle } from './auth-throttle.ts';
import type { BrokerLimits, BrokerOptions } from './broker-options.ts';
import { type ConnectVerdict, judgeConnect } from './connect-rules.ts';
import type { Connection, Connections } from './connections.ts';
import { type Counters, countUp } from './counters.ts';
import type { Ingest } from './ingest.ts';
import type { Notice } from './notices.ts';
import type { PersistentSessions } from './persistent-sessions.ts';
import { refusalHint } from './refusal-hint.ts';

export interface HooksSetup {
  readonly options: Pick<BrokerOptions, 'auth' | 'credentials' | 'rate'>;
  readonly limits: BrokerLimits;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly notice: Notice;
  readonly connections: Connections;
  readonly sessions: PersistentSessions;
  readonly ingest: Ingest;
}

type Hooks = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
>;

export function createAedesHooks(setup: HooksSetup): Hooks {
  const { limits, counters, notice, connections, ingest } = setup;
  const connects = new WeakMap<Client, ConnectPacket>();
  const refuse = createRefusal(setup);

  return {
    preConnect(client, packet, answer) {
      connects.set(client, packet);
      answer(null, true);
    },
    authenticate(client, username, password, answer) {
      const packet = connects.get(client);
      const connection = connections.of(client);
      if (!packet || !connection) return answer(refusal('unknown connection', 5), false);
      const verdict = judge(setup, packet, username, password);
      if (!verdict.ok) return refuse(connection, client, verdict, answer);
      // Read by aedes after this answer, the packet when it restores a session and the client when it keeps one.
      packet.clean = verdict.clean;
      client.clean = verdict.clean;
      connection.session = {
        ...verdict,
        clientId: client.id,
        guard: connection.guard,
        address: connection.address,
        since: setup.clock.now(),
        will: packet.will,
        muted: false,
        filters: new Set(),
      };
      answer(null, true);
    },
    authorizePublish(client, packet, done) {
      const session = client && connections.of(client)?.session;
      if (!session) return done(new Error('no session'));
      ingest.publish(session, packet, done);
    },
    authorizeSubscribe(client, subscription: Subscription, answer) {
      const session = connections.of(client)?.session;
      const { topic } = subscription;
      const room = session && (session.filters.has(topic) || session.filters.size < limits.subscriptionsPerClient);
      if (room && session.grants.maySubscribe(topic)) {
        session.filters.add(topic);
        return answer(null, subscription);
      }
      countUp(counters.refused, 'subscribe');
      notice('subscribe', client.id, { filter: topic.slice(0, 200) }, 'subscribe denied');
      // No subscription and no error: SUBACK 0x80.
      answer(null, null);
    },
    authorizeForward(client, packet) {
      const session = connections.of(client)?.session;
      if (!session?.grants.mayReceive(packet.topic)) return null;
      if (session.guard.unsentBytes() <= limits.outBytes) return packet;
      countUp(counters.cutOff, 'slow');
      notice('slow', client.id, { unsent: session.guard.unsentBytes() }, 'a subscriber does not keep up: closed');
      session.guard.stream.destroy();
      return null;
    },
  };
}

function judge(
  { options, limits, sessions }: HooksSetup,
  packet: ConnectPacket,
  username: string | undefined,
  password: Buffer | undefined,
): ConnectVerdict {
  const { clientId, clean = true, keepalive = 0, will } = packet;
  const request = { clientId, clean, keepalive, username, password, willTopic: will?.topic };
  const keepaliveS = options.rate?.().keepaliveS ?? limits.keepaliveS;
  const verdict = judgeConnect(request, options, { keepaliveS });
  const isFull = verdict.ok && !verdict.clean && !sessions.has(clientId) && sessions.size >= limits.persistentSessions;
  return isFull ? { ok: false, reason: 'persistent-session', returnCode: 5 } : verdict;
}

type Answer = (error: AuthenticateError | null, success: boolean | null) => void;

/** Says no, late to those who keep guessing. */
function createRefusal({ limits, counters, clock, notice }: HooksSetup) {
  const throttle = createAuthThrottle(limits);
  return (
    connection: Connection,
    client: Client,
    { reason, returnCode }: Extract<ConnectVerdict, { ok: false }>,
    answer: Answer,
  ): void => {
    countUp(counters.refused, reason);
    connection.blame('refused');
    notice(reason, connection.address, { clientId: client.id }, refusalHint(reason));
    const { stream } = connection.guard;
    const no = (): void => answer(refusal('not authorized', returnCode), false);
    const delayMs = reason === 'bad-credentials' ? throttle.fail(connection.address, clock.monotonic()) : 0;
    if (delayMs === undefined) {
      stream.destroy();
    } else if (delayMs === 0) {
      no();
    } else {
      const timer = setTimeout(no, delayMs);
      stream.once('close', () => {
        clearTimeout(timer);
        throttle.answered();
      });
    }
  };
}

function refusal(message: string, returnCode: 2 | 4 | 5): AuthenticateError {
  return Object.assign(new Error(message), { returnCode });
}
