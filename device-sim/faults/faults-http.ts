/**
 * The steering wheel: `POST /faults`, `GET /faults`, `DELETE /faults/:id`, `GET /truth`. Loopback only, JSON only:
 * a page in a browser can neither send the content type nor the host name without being asked first.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Ledger } from '../ledger/ledger.ts';
import type { ActiveFault, FaultBoard } from './fault-board.ts';
import { faultSpec } from './fault-spec.ts';

export interface FaultsHttp {
  readonly port: number;
  close(): Promise<void>;
}

interface Steered {
  readonly faults: FaultBoard;
  readonly ledger: Ledger;
  readonly now: () => number;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const MAX_BODY = 16 * 1024;
const HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

const instant = z.union([
  z.coerce.number().pipe(z.number().finite()),
  z.iso.datetime({ offset: true }).transform(Date.parse),
]);
const truthQuery = z.object({ device: z.string(), metric: z.string(), from: instant, to: instant });

/** @param port 0 for any free one. */
export async function startFaultsHttp(port: number, steered: Steered): Promise<FaultsHttp> {
  const server = createServer((request, response) => {
    answer(request, steered).then(
      (reply) => write(response, reply),
      () => write(response, { status: 400, body: { reason: 'bad-request' } }),
    );
  });
  server.requestTimeout = 5_000;
  server.maxConnections = 32;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, steered: Steered): Promise<Answer> {
  if (!HOST.test(request.headers.host ?? '')) return { status: 403, body: { reason: 'loopback-only' } };
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const [, root, id] = url.pathname.split('/');
  if (root === 'truth' && request.method === 'GET') return tellTruth(url, steered);
  if (root !== 'faults') return { status: 404, body: { reason: 'unknown-path' } };
  if (id !== undefined && request.method === 'DELETE') {
    const ended = steered.faults.end(id, steered.now());
    return ended ? { status: 200, body: { id } } : { status: 404, body: { reason: 'unknown-fault' } };
  }
  if (id === undefined && request.method === 'GET') {
    return { status: 200, body: { items: steered.faults.active().map(describe) } };
  }
  if (id === undefined && request.method === 'POST') return startFault(request, steered);
  return { status: 405, body: { reason: 'unknown-method' } };
}

async function startFault(request: IncomingMessage, { faults, now }: Steered): Promise<Answer> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    return { status: 415, body: { reason: 'json-only' } };
  }
  const body = await readBody(request);
  if (body === undefined) return { status: 413, body: { reason: 'too-large' } };
  const parsed = faultSpec.safeParse(JSON.parse(body));
  if (!parsed.success) return { status: 400, body: { reason: 'bad-fault', issues: parsed.error.issues } };
  const started = faults.start(parsed.data, now());
  if (started.ok) return { status: 201, body: describe(started.fault) };
  return { status: started.reason === 'too-many' ? 429 : 404, body: { reason: started.reason } };
}

function tellTruth(url: URL, { ledger }: Steered): Answer {
  const query = truthQuery.safeParse(Object.fromEntries(url.searchParams));
  if (!query.success) return { status: 400, body: { reason: 'bad-query', issues: query.error.issues } };
  const { device, metric, from, to } = query.data;
  return { status: 200, body: ledger.totals(device, metric, from, to) };
}

function describe({ id, spec, devices, startedAt, endsAt }: ActiveFault): Record<string, unknown> {
  return { id, fault: spec.fault, params: spec.params, devices, startedAt, endsAt: endsAt ?? null };
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

function write(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(body));
}
