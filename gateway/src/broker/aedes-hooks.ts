/** The questions aedes asks, answered from credentials, rights and limits. */
import { randomBytes } from 'node:crypto';
import type { AedesOptions, AuthenticateError, Client, ConnectPacket } from 'aedes';
import type { Clock } from '../shared/clock.ts';
import { acceptSession } from './aedes-seams.ts';
import { createAuthThrottle } from './auth-throttle.ts';
import type { BrokerLimits, BrokerOptions } from './broker-options.ts';
import { judgeConnect, type Login } from './connect-rules.ts';
import type { Connection, Connections } from './connections.ts';
import { connackRefusal, REFUSED, type RefusalCodes } from './farewell.ts';
import type { Ingest } from './ingest.ts';
import type { Refuse } from './refusals.ts';
import { type Session, sessionKey } from './session.ts';
import type { SessionBook } from './session-book.ts';

export interface HooksSetup {
  readonly options: Pick<BrokerOptions, 'auth' | 'credentials' | 'rate'>;
  readonly limits: BrokerLimits;
  readonly clock: Clock;
  readonly refuse: Refuse;
  readonly connections: Connections;
  readonly sessions: SessionBook;
  readonly ingest: Ingest;
}

type Hooks = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
>;

export function createAedesHooks(setup: HooksSetup): Hooks {
  const { limits, connections, ingest, refuse } = setup;
  const connects = new WeakMap<Client, ConnectPacket>();
  const turnAway = createTurnAway(setup);
  const takeOvers = createTakeOverHint(setup);

  return {
    preConnect(client, packet, answer) {
      connects.set(client, packet);
      answer(null, true);
    },
    authenticate(client, username, password, answer) {
      const packet = connects.get(client);
      const connection = connections.of(client);
      if (!packet || !connection) return answer(refusal('unknown connection'), false);
      const name = { username, clientId: packet.clientId, address: connection.address };
      const verdict = judgeConnect({ username, password }, setup.options);
      if (!verdict.ok) {
        refuse(verdict.reason, name);
        return turnAway(connection, client, REFUSED.credentials, 'user name or password is wrong', true);
      }
      if (connections.countOf(verdict.login.username) >= limits.connectionsPerLogin) {
        refuse('too-many-connections', name);
        return turnAway(connection, client, REFUSED.full, 'this login has too many connections', false);
      }
      if (client.version === 5 && /[+#]/.test(packet.will?.topic ?? '')) {
        refuse('will-denied', name, packet.will?.topic);
        return turnAway(connection, client, REFUSED.topicName, 'the topic of the will has wildcards', false);
      }
      const session = createSession(setup, client, packet, connection, verdict.login);
      takeOvers(session);
      connections.accept(client, session);
      answer(null, true);
    },
    authorizePublish(client, packet, done) {
      const session = client && connections.of(client)?.session;
      if (!session) return done(new Error('no session'));
      ingest.publish(session, packet, done);
    },
    // Subscriptions are ours: aedes only asks for the mark of a session that was there before.
    authorizeSubscribe: (_client, _subscription, answer) => answer(null, null),
    // Nothing is delivered by aedes itself.
    authorizeForward: () => null,
  };
}

function createSession(
  { limits, clock, options, sessions, refuse }: HooksSetup,
  client: Client,
  packet: ConnectPacket,
  { guard, address }: Connection,
  { username, kind, grants }: Login,
): Session {
  const version = packet.protocolVersion ?? 4;
  const asksToLast = version === 5 ? client.sessionExpiryInterval > 0 : packet.clean === false;
  const clientId = packet.clientId === '' ? `auto-${randomBytes(8).toString('hex')}` : packet.clientId;
  const key = sessionKey(username, clientId);
  const wanted = asksToLast && kind !== 'device';
  const { outbox } = sessions.open({ key, username, grants, lasting: wanted, resume: packet.clean === false });
  const client_ = { username, clientId, address };
  if (wanted && !outbox.lasting) refuse('session-limit', client_);
  const keepaliveS = options.rate?.().keepaliveS ?? limits.keepaliveS;
  const asked = packet.keepalive ?? 0;
  const serverKeepAlive = version === 5 && (asked === 0 || asked > keepaliveS) ? keepaliveS : undefined;
  const sendsWill = packet.will !== undefined && grants.mayPublish(packet.will.topic);
  if (packet.will !== undefined && !sendsWill) refuse('will-denied', client_, packet.will.topic);
  const assignedId = packet.clientId === '' ? clientId : undefined;
  acceptSession(client, { key, assignedId, lasting: outbox.lasting, serverKeepAlive, sendsWill });
  return {
    key,
    username,
    clientId,
    kind,
    grants,
    guard,
    outbox,
    address,
    version,
    aliases: packet.properties?.topicAliasMaximum ?? 0,
    watched: asked > 0 || serverKeepAlive !== undefined,
    since: clock.now(),
    will: sendsWill ? packet.will : undefined,
    muted: false,
    unreleased: new Set(),
  };
}

/** Says no in the client's own MQTT, late to those who keep guessing, and closes. */
function createTurnAway({ limits, clock }: HooksSetup) {
  const throttle = createAuthThrottle(limits);
  return (connection: Connection, client: Client, codes: RefusalCodes, text: string, isGuess: boolean): void => {
    connection.blame('refused');
    const { stream, close } = connection.guard;
    const no = (): void => close(connackRefusal(client.version, codes, text));
    const delayMs = isGuess ? throttle.fail(connection.address, clock.monotonic()) : 0;
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

const TAKE_OVERS_MS = 60_000;
const TAKE_OVERS = 3;
const MOST_KEYS = 10_000;

/**
 * One login used twice with one client id: each connection ends the other. A device that comes back after its network was
 * gone looks the same once; from another address, or several times within a minute, it is a mistake that people should see.
 */
function createTakeOverHint({ connections, clock, refuse }: HooksSetup): (next: Session) => void {
  const recent = new Map<string, number[]>();
  return (next) => {
    const before = connections.withKey(next.key);
    if (before === undefined) return;
    const now = clock.monotonic();
    const times = [...(recent.get(next.key) ?? []).filter((at) => now - at < TAKE_OVERS_MS), now];
    recent.delete(next.key);
    recent.set(next.key, times.slice(-TAKE_OVERS));
    const oldest = recent.size > MOST_KEYS ? recent.keys().next().value : undefined;
    if (oldest !== undefined) recent.delete(oldest);
    if (before.address === next.address && times.length < TAKE_OVERS) return;
    refuse('same-id-twice', next, before.address);
  };
}

function refusal(message: string): AuthenticateError {
  return Object.assign(new Error(message), { returnCode: 5 });
}
