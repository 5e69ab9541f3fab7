/** Opens the one HTTP listener: REST, dashboard, live socket, and the hand-over of other upgrades. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '../shared/log.ts';
import { refusalOfError } from '../shared/storage-refusal.ts';
import { createAccounts } from './accounts.ts';
import type { ApiDeps } from './api-deps.ts';
import { createApiMetrics } from './api-metrics.ts';
import { writeCliToken } from './cli-token.ts';
import { createHttpApp } from './http-app.ts';
import { HTTP_LIMITS, type HttpLimits, httpOptions, openHttpDoor } from './http-door.ts';
import { createInProgress } from './in-progress.ts';
import { startLiveServer } from './live-server.ts';
import { preparePasswords } from './passwords.ts';
import { addressOf } from './request-origin.ts';
import { routeTable } from './routes.ts';
import { newSecret } from './secret.ts';

const DRAIN_MS = 2_000;
const LIVE_PATH = '/socket.io/';

export interface ApiOptions {
  readonly deps: ApiDeps;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** The built dashboard: index.html, wall.html, assets/. */
  readonly staticDir: string;
  readonly log: Log;
  /** Other than HTTP_LIMITS: for tests, which cannot wait. */
  readonly limits?: Partial<HttpLimits>;
  /** Takes WebSocket upgrades of its own path (MQTT over WebSocket). `address`: what the sender counts as (addressOf). */
  readonly onUpgrade?: {
    readonly path: string;
    handle(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void;
  };
}

export interface Api {
  readonly port: number;
  /** Address for this machine's own browser. */
  readonly url: string;
  readonly setupToken: string;
  /** Where the first administrator is created; undefined once there is one. */
  setupLink(): string | undefined;
  /** Ends the listener: open requests get 2 s, live clients are told at once. */
  close(): Promise<void>;
}

/** Why the listener could not be opened; `zh` and `en` are for people. */
export class ApiStartError extends Error {
  readonly code: 'port-taken' | 'port-forbidden' | 'address-unavailable' | 'listen-failed';
  readonly zh: string;
  readonly en: string;
  constructor(code: ApiStartError['code'], zh: string, en: string) {
    super(en);
    this.name = 'ApiStartError';
    this.code = code;
    this.zh = zh;
    this.en = en;
  }
}

/** @throws ApiStartError when the port or address cannot be had; other errors when the data folder cannot be written. */
export async function startApi({ deps, host, port, staticDir, log, limits, onUpgrade }: ApiOptions): Promise<Api> {
  const cliToken = newSecret('hc');
  const accounts = createAccounts(deps, cliToken);
  const metrics = createApiMetrics({ audit: accounts.audit.stats, sessions: accounts.sessions.stats });
  const sockets = { ...HTTP_LIMITS, ...limits };
  const http = createServer(httpOptions(sockets));
  const door = openHttpDoor(http, sockets, metrics.connectionClosed);
  metrics.connections(door.counts);
  const context = { deps, accounts, metrics, log, door, inProgress: createInProgress() };
  http.on('request', createHttpApp(routeTable(metrics.text), staticDir, context));
  const live = startLiveServer(http, context, sockets);
  let isTokenWritten = false;
  /** On a disk that takes nothing the token of the commands waits, like the audit, until it does. */
  const tellCommands = async (): Promise<void> => {
    try {
      await writeCliToken(deps.dataDir, cliToken);
      isTokenWritten = true;
    } catch (error) {
      if (refusalOfError(error, deps.dataDir) === undefined) throw error;
      log.error({ err: error }, 'cli-token cannot be written: commands of this machine cannot sign in yet');
    }
  };
  const stopFlushing = deps.live.onGateway(({ storage }) => {
    if (storage.length > 0) return;
    void accounts.audit.flush().catch(() => undefined);
    if (!isTokenWritten) void tellCommands().catch(() => undefined);
  });
  const upgraded = new Set<Duplex>();
  http.on('upgrade', (request, socket, head) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (path.startsWith(LIVE_PATH)) return;
    if (onUpgrade !== undefined && path === onUpgrade.path) {
      if (door.handOver(socket)) onUpgrade.handle(request, socket, head, addressOf(request));
      return;
    }
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  try {
    await listen(http, host, port);
    // Only now: a start that finds the port taken must not break the commands of the gateway that holds it.
    await tellCommands();
  } catch (error) {
    await live.close();
    throw startError(error, host, port);
  }
  await accounts.adminExists();
  await Promise.all([accounts.recallSecrets(), preparePasswords()]);
  const bound = boundPort(http);
  const url = `http://${urlHost(host)}:${bound}`;
  return {
    port: bound,
    url,
    setupToken: accounts.setup.token,
    // Behind `#` it reaches neither a log nor another site.
    setupLink: () => (accounts.adminKnown() ? undefined : `${url}/setup#token=${accounts.setup.token}`),
    close: () => {
      stopFlushing();
      return close(http, live.close, upgraded);
    },
  };
}

function listen(http: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve();
    });
  });
}

function startError(error: unknown, host: string, port: number): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const at = `${host}:${port}`;
  if (error.code === 'EADDRINUSE') {
    return new ApiStartError(
      'port-taken',
      `端口被占用：${at} 已有程序在监听，请停掉它或设置 HOUQIN_HTTP。`,
      `Port taken: something already listens on ${at}; stop it or set HOUQIN_HTTP.`,
    );
  }
  if (error.code === 'EACCES') {
    return new ApiStartError(
      'port-forbidden',
      `没有权限监听 ${at}，请使用 1024 以上的端口。`,
      `No permission to listen on ${at}; use a port above 1024.`,
    );
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new ApiStartError(
      'address-unavailable',
      `本机没有地址 ${host}，请检查 HOUQIN_HTTP。`,
      `This machine has no address ${host}; check HOUQIN_HTTP.`,
    );
  }
  return new ApiStartError(
    'listen-failed',
    `无法监听 ${at}：${error.message}`,
    `Cannot listen on ${at}: ${error.message}`,
  );
}

function boundPort(http: Server): number {
  const address = http.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Every-interface addresses are no place to go to. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function close(http: Server, closeLive: () => Promise<void>, upgraded: ReadonlySet<Duplex>): Promise<void> {
  const closed = http.listening
    ? new Promise<void>((resolve) => http.once('close', () => resolve()))
    : Promise.resolve();
  const force = setTimeout(() => {
    http.closeAllConnections();
    // A client that reads no more never answers the closing frame; Node does not count these among its connections.
    for (const socket of upgraded) socket.destroy();
  }, DRAIN_MS);
  // socket.io closes the HTTP server it is attached to.
  await closeLive();
  http.closeIdleConnections();
  await closed;
  clearTimeout(force);
}
