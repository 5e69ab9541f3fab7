/** socket.io behind the same door as HTTP: origin and sign-in are checked before anything is said. WebSocket only. */
import type { Server as HttpServer } from 'node:http';
import { type Namespace, Server } from 'socket.io';
import type { ClientToServer, ServerToClient } from '#contract/live.ts';
import { type Caller, OPERATIONS } from './caller.ts';
import type { DispatchContext } from './dispatch.ts';
import type { HttpLimits } from './http-door.ts';
import { createLiveClient, type LiveClient } from './live-client.ts';
import { createLiveHub } from './live-hub.ts';
import { createLiveSnapshots } from './live-snapshots.ts';
import { liveSocket, STREAMING } from './live-socket.ts';
import { writePrepared } from './prepared-json.ts';
import { addressOf, cookieSecret, originOf, requestFacts } from './request-origin.ts';

const RECHECK_MS = 60_000;

type LiveNamespace = Namespace<ClientToServer, ServerToClient, Record<string, never>, { caller?: Caller }>;

export interface LiveServer {
  clientCount(): number;
  close(): Promise<void>;
}

/** @param limits most clients in all */
export function startLiveServer(
  http: HttpServer,
  context: DispatchContext,
  limits: Pick<HttpLimits, 'liveClients'>,
): LiveServer {
  const { deps, metrics, log } = context;
  const io = new Server<ClientToServer, ServerToClient, Record<string, never>, { caller?: Caller }>(http, {
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: 64 * 1024,
    perMessageDeflate: false,
    connectTimeout: 5_000,
    pingInterval: 10_000,
    pingTimeout: 10_000,
    // Other upgrades belong to MQTT over WebSocket; start-api.ts answers those that belong to nobody.
    destroyUpgrade: false,
    allowRequest: (request, done) => {
      const foreign = originOf(request.headers.origin, requestFacts(request).host) === 'foreign';
      if (foreign) metrics.liveRefused('foreign-origin');
      done(foreign ? 'foreign-origin' : null, !foreign);
    },
  });
  writePrepared(io);
  // Only /live exists; the default namespace would let anybody connect.
  io.use((_socket, next) => next(new Error('no-such-namespace')));

  const namespace: LiveNamespace = io.of('/live');
  const hub = createLiveHub({
    live: deps.live,
    clock: deps.clock,
    broadcast: (event, payload) => {
      const args = [payload] as unknown as Parameters<ServerToClient[typeof event]>;
      namespace.to(STREAMING).emit(event, ...args);
    },
    toAll: (event, payload) => {
      const args = [payload] as unknown as Parameters<ServerToClient[typeof event]>;
      namespace.emit(event, ...args);
    },
    cut: (client, reason) => {
      metrics.liveCut(reason);
      log.warn({ who: client.caller().user.name, reason }, 'a live client was cut off');
      client.socket.cut();
    },
  });
  const makeRoom = (signIn: string): boolean => {
    if (hub.clients().size < limits.liveClients) return true;
    const oldest = oldestOfMost(hub.clients(), signIn);
    if (oldest === undefined) return false;
    metrics.liveCut('crowded');
    hub.remove(oldest);
    oldest.socket.cut();
    return true;
  };
  admitClients(namespace, makeRoom, context);
  serveClients(namespace, hub, context);
  const stopWatching = watchSignIns(hub.clients(), context);

  return {
    clientCount: () => hub.clients().size,
    close: async () => {
      stopWatching();
      hub.close();
      io.disconnectSockets(true);
      await io.close();
    },
  };
}

/** @returns the oldest client of the sign-in that has most; undefined when none has more than the newcomer's own. */
function oldestOfMost(clients: ReadonlySet<LiveClient>, newcomer: string): LiveClient | undefined {
  const counts = new Map<string, number>();
  for (const client of clients) {
    const { credential } = client.caller();
    counts.set(credential, (counts.get(credential) ?? 0) + 1);
  }
  const [most, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0] as const);
  if (count <= (counts.get(newcomer) ?? 0) + 1) return undefined;
  return [...clients].find((client) => client.caller().credential === most);
}

/** @param makeRoom false when a client of this sign-in finds no place */
function admitClients(
  namespace: LiveNamespace,
  makeRoom: (signIn: string) => boolean,
  { accounts, metrics, door }: DispatchContext,
): void {
  namespace.use((socket, next) => {
    const refuse = (reason: string): void => {
      metrics.liveRefused(reason);
      next(new Error(reason));
    };
    const admit = async (): Promise<void> => {
      if (!(await accounts.adminExists())) return refuse('setup-needed');
      const { request } = socket;
      const facts = requestFacts(request);
      const token: unknown = socket.handshake.auth['token'];
      // A browser always names its origin; a cookie without one was not sent by a page of ours.
      const cookie =
        request.headers.origin === undefined ? undefined : cookieSecret(request.headers.cookie, facts.secure);
      const secret = typeof token === 'string' ? token : cookie;
      const address = addressOf(request);
      const caller =
        secret === undefined ? undefined : await accounts.identify(secret, { address, loopback: facts.loopback }, true);
      if (caller === undefined) {
        if (accounts.secretWaitMs(address) > 0) metrics.attemptRefused('secret');
        return refuse('sign-in-needed');
      }
      if (!OPERATIONS.includes(caller.principal)) return refuse('forbidden');
      if (!makeRoom(caller.credential)) return refuse('too-many-clients');
      socket.data.caller = caller;
      door.proves(request, caller.credential, true);
      next();
    };
    admit().catch(() => refuse('unavailable'));
  });
}

function serveClients(
  namespace: LiveNamespace,
  hub: ReturnType<typeof createLiveHub>,
  { deps, metrics }: DispatchContext,
): void {
  const snapshots = createLiveSnapshots(deps.live);
  namespace.on('connection', (socket) => {
    const { caller } = socket.data;
    if (caller === undefined) {
      socket.disconnect(true);
      return;
    }
    const client = createLiveClient(liveSocket(socket), caller, {
      live: deps.live,
      snapshots,
      clock: deps.clock,
      merged: metrics.liveMerged,
      badHello: (bad) => {
        metrics.liveCut('bad-hello');
        bad.kick();
      },
    });
    hub.add(client);
    deps.looked?.();
    metrics.liveClients(hub.clients().size);
    socket.on('disconnect', () => {
      hub.remove(client);
      metrics.liveClients(hub.clients().size);
    });
  });
}

/** Ends connections whose sign-in ended: at once when this process ended it, within a minute otherwise. */
function watchSignIns(clients: ReadonlySet<LiveClient>, { accounts, metrics, log }: DispatchContext): () => void {
  const end = (client: LiveClient): void => {
    metrics.liveCut('ended');
    client.socket.kick();
  };
  const stop = accounts.revocations.listen((revoked) => {
    for (const client of [...clients]) {
      const { credential, user } = client.caller();
      if ('credential' in revoked ? revoked.credential === credential : revoked.userId === user.id) end(client);
    }
  });
  const recheck = async (): Promise<void> => {
    for (const client of [...clients]) if ((await accounts.recheck(client.caller())) === undefined) end(client);
  };
  const timer = setInterval(() => {
    recheck().catch((error: unknown) => log.error({ err: error }, 'sign-ins of live clients could not be checked'));
  }, RECHECK_MS);
  return () => {
    stop();
    clearInterval(timer);
  };
}
