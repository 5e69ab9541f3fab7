import { createServer, type Socket } from 'node:net';
import { Aedes, type AuthenticateError } from 'aedes';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain: boolean;
  readonly client: string;
}

export interface TestBroker {
  readonly url: string;
  readonly received: readonly Received[];
  /** clientId, username and password of everyone who came. */
  readonly logins: readonly { readonly client: string; readonly username: string; readonly password: string }[];
  clients(): number;
  sockets(): number;
  /** Messages of a device, parsed; broken ones are left out. */
  json(device: string, leaf: string): Record<string, number>[];
  /** Breaks every connection. */
  breakAll(): void;
  /** While true no publish is acknowledged. */
  hold(holding: boolean): void;
  close(): Promise<void>;
}

/** An MQTT broker of a few lines, closed when the test ends. */
export async function startBroker(refuse: (username: string) => boolean = () => false): Promise<TestBroker> {
  const received: Received[] = [];
  const logins: { client: string; username: string; password: string }[] = [];
  const held: (() => void)[] = [];
  let holding = false;
  const broker = await Aedes.createBroker({
    authenticate: (client, username = '', password, done) => {
      logins.push({ client: client.id, username, password: password?.toString() ?? '' });
      const error: AuthenticateError = Object.assign(new Error('refused'), { returnCode: 5 });
      if (refuse(username)) done(error, false);
      else done(null, true);
    },
    authorizePublish: (client, { topic, payload, retain }, done) => {
      received.push({ topic, payload: Buffer.from(payload), retain, client: client?.id ?? 'will' });
      if (holding) held.push(() => done(null));
      else done(null);
    },
  });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined);
    broker.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = async () => {
    for (const release of held.splice(0)) release();
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  };
  onTestFinished(close);
  return {
    url: `mqtt://127.0.0.1:${port}`,
    received,
    logins,
    clients: () => broker.connectedClients,
    sockets: () => open.size,
    json: (device, leaf) =>
      received
        .filter(({ topic }) => topic === `campus/v1/main/${device}/${leaf}`)
        .flatMap(({ payload }) => parsed(payload)),
    breakAll: () => {
      for (const socket of open) socket.destroy();
    },
    hold: (value) => {
      holding = value;
      if (!value) for (const release of held.splice(0)) release();
    },
    close,
  };
}

function parsed(payload: Buffer): Record<string, number>[] {
  try {
    return [JSON.parse(payload.toString())];
  } catch {
    return [];
  }
}
