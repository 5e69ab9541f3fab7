/** Sockets that hold on: what a stranger opens at the HTTP listener and never finishes. Loopback only; all are closed. */
import { connect, type Socket } from 'node:net';

export interface Held {
  readonly sockets: readonly Socket[];
  /** Those that the gateway has not closed. */
  open(): number;
  close(): void;
}

const AT_ONCE = 100;

/**
 * Opens `count` connections to 127.0.0.1 from `localAddress`, and sends each the same bytes once it stands.
 * @returns when all are connected, or were closed by the other side already.
 */
export async function holdSockets(
  port: number,
  { localAddress, count, bytes }: { readonly localAddress: string; readonly count: number; readonly bytes: string },
): Promise<Held> {
  const sockets: Socket[] = [];
  const gone = new Set<Socket>();
  for (let opened = 0; opened < count; opened += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - opened) }, () =>
      connect({ host: '127.0.0.1', port, localAddress, allowHalfOpen: true }),
    );
    sockets.push(...some);
    await Promise.all(
      some.map(async (socket) => {
        socket.on('error', () => undefined).on('close', () => gone.add(socket));
        await new Promise<void>((resolve) => socket.once('connect', resolve).once('close', () => resolve()));
        if (socket.writable && bytes !== '') socket.write(bytes);
      }),
    );
  }
  return {
    sockets,
    open: () => sockets.length - gone.size,
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Resolves when the gateway has closed all of them, with a reset or with its own end of the line. */
export async function closedBy({ sockets }: Held): Promise<void> {
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          if (socket.closed) return resolve();
          socket.resume().once('close', () => resolve());
          // Its end of the line is not yet the end: until the gateway has given up the other half too, writing works.
          const poke = (): void => {
            const timer = setInterval(() => (socket.closed ? clearInterval(timer) : socket.write('x')), 100);
          };
          if (socket.readableEnded) poke();
          else socket.once('end', poke);
        }),
    ),
  );
}

/** One request from a chosen address of this machine. @returns status line's number and the head and body as text. */
export async function askFrom(
  port: number,
  localAddress: string,
  request: {
    readonly method?: string;
    readonly path: string;
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
  },
): Promise<{ readonly status: number; readonly text: string }> {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  let text = '';
  socket.on('data', (data) => (text += data.toString())).on('error', () => undefined);
  const payload = request.body === undefined ? '' : JSON.stringify(request.body);
  const headers = {
    host: `127.0.0.1:${port}`,
    connection: 'close',
    ...(payload === ''
      ? {}
      : { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(payload)}` }),
    ...request.headers,
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${request.method ?? 'GET'} ${request.path} HTTP/1.1\r\n${head.join('')}\r\n${payload}`);
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text };
}
