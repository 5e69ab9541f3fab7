/** A relay between a suite and a broker that writes down every packet of both directions. */
import { connect, createServer, type Socket } from 'node:net';
import { parser } from 'mqtt-packet';

export interface PacketTrace {
  readonly port: number;
  /** What was written down since the last call, one packet a line. */
  take(): string[];
  stop(): Promise<void>;
}

export async function tracePackets(target: number): Promise<PacketTrace> {
  let lines: string[] = [];
  const began = performance.now();
  const note = (line: string): void => {
    lines.push(`${((performance.now() - began) / 1_000).toFixed(3)} ${line}`);
  };
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    count += 1;
    const name = `c${count}`;
    const broker = connect({ port: target, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    note(`${name} opened`);
    // The parsers read it anew at every packet; what follows a CONNECT of MQTT 5 has properties.
    const settings = { protocolVersion: 4 };
    client.on(
      'data',
      reader(settings, (line) => note(`${name} → ${line}`)),
    );
    broker.on(
      'data',
      reader(settings, (line) => note(`${name} ← ${line}`)),
    );
    join(client, broker, () => note(`${name} closed by the client`));
    join(broker, client, () => note(`${name} closed by the broker`));
    for (const socket of [client, broker]) sockets.add(socket.once('close', () => sockets.delete(socket)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    take() {
      const taken = lines;
      lines = [];
      return taken;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

function join(from: Socket, to: Socket, onEnd: () => void): void {
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
  from.once('end', onEnd);
  from.pipe(to);
}

function reader(settings: { protocolVersion: number }, onLine: (line: string) => void): (chunk: Buffer) => void {
  const parsing = parser(settings);
  parsing.on('packet', (packet) => {
    if (packet.cmd === 'connect') settings.protocolVersion = packet.protocolVersion ?? 4;
    onLine(JSON.stringify(packet, shorten));
  });
  const unreadable = (error: unknown, chunk: Buffer): void =>
    onLine(`unreadable (${error}): ${chunk.toString('hex').slice(0, 120)}`);
  let isBroken = false;
  return (chunk) => {
    if (isBroken) return onLine(chunk.toString('hex').slice(0, 120));
    const fail = (error: unknown): void => {
      isBroken = true;
      unreadable(error, chunk);
    };
    parsing.once('error', fail);
    try {
      parsing.parse(chunk);
    } catch (error) {
      fail(error);
    }
    parsing.removeListener('error', fail);
  };
}

function shorten(_key: string, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  const bytes = value as { type?: unknown; data?: unknown };
  if (bytes.type === 'Buffer' && Array.isArray(bytes.data)) {
    const text = Buffer.from(bytes.data as number[]).toString();
    return text.length > 60 ? `${text.slice(0, 60)}… (${text.length})` : text;
  }
  return value;
}
