/** Hand-made MQTT 3.1.1 packets and a client that sends exactly the bytes it is told to. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const text = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const word = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

export function packet(first: number, ...body: Buffer[]): Buffer {
  const bytes = Buffer.concat(body);
  const length: number[] = [];
  let left = bytes.length;
  do {
    const low = left % 128;
    left = Math.floor(left / 128);
    length.push(left > 0 ? low | 0x80 : low);
  } while (left > 0);
  return Buffer.concat([Buffer.from([first, ...length]), bytes]);
}

export interface ConnectFields {
  clientId: string;
  username?: string;
  password?: string;
  clean?: boolean;
  keepalive?: number;
  will?: { topic: string; payload: string; qos?: 0 | 1 | 2; retain?: boolean };
}

export function connectPacket({
  clientId,
  username,
  password,
  clean = true,
  keepalive = 60,
  will,
}: ConnectFields): Buffer {
  const flags =
    (username === undefined ? 0 : 0x80) |
    (password === undefined ? 0 : 0x40) |
    (will?.retain ? 0x20 : 0) |
    ((will?.qos ?? 0) << 3) |
    (will ? 0x04 : 0) |
    (clean ? 0x02 : 0);
  return packet(
    0x10,
    text('MQTT'),
    Buffer.from([4, flags]),
    word(keepalive),
    text(clientId),
    ...(will ? [text(will.topic), text(will.payload)] : []),
    ...(username === undefined ? [] : [text(username)]),
    ...(password === undefined ? [] : [text(password)]),
  );
}

export interface PublishFields {
  qos?: 0 | 1 | 2;
  id?: number;
  retain?: boolean;
  dup?: boolean;
}

export function publishPacket(topic: string | Buffer, payload: string | Buffer, fields: PublishFields = {}): Buffer {
  const { qos = 0, id = 1, retain = false, dup = false } = fields;
  const first = 0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  return packet(first, text(topic), ...(qos > 0 ? [word(id)] : []), Buffer.from(payload));
}

export const subscribePacket = (id: number, ...filters: string[]): Buffer =>
  packet(0x82, word(id), ...filters.flatMap((filter) => [text(filter), Buffer.from([1])]));

export const pubrel = (id: number): Buffer => packet(0x62, word(id));
export const PING = packet(0xc0);
export const DISCONNECT = packet(0xe0);

export interface Received {
  readonly type:
    | 'connack'
    | 'publish'
    | 'puback'
    | 'pubrec'
    | 'pubrel'
    | 'pubcomp'
    | 'suback'
    | 'unsuback'
    | 'pingresp'
    | 'other';
  readonly body: Buffer;
  /** Packet identifier, where the type has one; of a CONNACK its return code. */
  readonly id: number;
}

const NAMES = new Map<number, Received['type']>([
  [2, 'connack'],
  [3, 'publish'],
  [4, 'puback'],
  [5, 'pubrec'],
  [6, 'pubrel'],
  [7, 'pubcomp'],
  [9, 'suback'],
  [11, 'unsuback'],
  [13, 'pingresp'],
]);

export interface WireClient {
  readonly socket: Socket;
  readonly received: Received[];
  readonly closed: Promise<void>;
  isClosed(): boolean;
  send(...packets: Buffer[]): void;
  /** The next packet not taken yet. Rejects when the connection closes first. */
  next(): Promise<Received>;
  close(): void;
}

/** Opens a TCP connection and reads packets from it. */
export async function wireClient(port: number): Promise<WireClient> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return readPackets(socket);
}

function readPackets(socket: Socket): WireClient {
  let buffer = Buffer.alloc(0);
  let taken = 0;
  let isClosed = false;
  const received: Received[] = [];
  let wake: () => void = () => {};
  socket.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (let found = takePacket(buffer); found; found = takePacket(buffer)) {
      received.push(found.packet);
      buffer = buffer.subarray(found.bytes);
    }
    wake();
  });
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isClosed = true;
      wake();
      resolve();
    });
  });
  const next = async (): Promise<Received> => {
    for (;;) {
      const packet = received[taken];
      if (packet) {
        taken += 1;
        return packet;
      }
      if (isClosed) throw new Error('closed');
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    socket,
    received,
    closed,
    isClosed: () => isClosed,
    send: (...packets) => {
      socket.write(Buffer.concat(packets));
    },
    next,
    close: () => socket.destroy(),
  };
}

function takePacket(buffer: Buffer): { packet: Received; bytes: number } | undefined {
  let length = 0;
  let at = 1;
  for (; ; at += 1) {
    const byte = buffer[at];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) << (7 * (at - 1));
    if (byte < 0x80) break;
  }
  const body = buffer.subarray(at + 1, at + 1 + length);
  if (body.length < length) return undefined;
  const type = NAMES.get((buffer[0] ?? 0) >> 4) ?? 'other';
  const id = type === 'connack' ? (body[1] ?? -1) : body.length >= 2 ? body.readUInt16BE(0) : 0;
  return { packet: { type, body, id }, bytes: at + 1 + length };
}
