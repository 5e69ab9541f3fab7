/**
 * A client that sends the packets it is told to, MQTT 3.1, 3.1.1 or 5, and shows every packet that comes back. It acknowledges what
 * it receives, as every client does, and nothing else happens by itself.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  generate,
  type IConnackPacket,
  type IConnectPacket,
  type IPubackPacket,
  type IPubcompPacket,
  type IPublishPacket,
  type ISubackPacket,
  type ISubscribePacket,
  type Packet,
  parser,
  type QoS,
} from 'mqtt-packet';

const WAIT_MS = 8_000;

type Of<C extends Packet['cmd']> = Extract<Packet, { readonly cmd: C }>;

export interface PublishOptions {
  readonly qos?: QoS;
  readonly retain?: boolean;
  readonly properties?: IPublishPacket['properties'];
}

export interface PacketClient {
  readonly connack: IConnackPacket;
  readonly received: readonly Packet[];
  /** PUBLISH packets that came. */
  messages(): IPublishPacket[];
  isClosed(): boolean;
  /** Resolves when the gateway has closed the connection. */
  readonly closed: Promise<void>;
  send(...packets: readonly Packet[]): void;
  sendRaw(bytes: Buffer): void;
  /** The first packet received of that kind that fits. Rejects after 8 s, and when the connection is closed without it. */
  until<C extends Packet['cmd']>(cmd: C, fits?: (packet: Of<C>) => boolean): Promise<Of<C>>;
  /** Resolves at once for QoS 0, else with PUBACK or PUBCOMP. */
  publish(
    topic: string,
    payload: string | Buffer,
    options?: PublishOptions,
  ): Promise<IPubackPacket | IPubcompPacket | undefined>;
  /** One filter or several, all with the same options; resolves with SUBACK. */
  subscribe(
    filters: string | readonly string[],
    options?: Omit<ISubscribePacket['subscriptions'][number], 'topic' | 'qos'> & { readonly qos?: QoS },
  ): Promise<ISubackPacket>;
  /** Proves that the connection stands, and that all sent before was read. */
  ping(): Promise<void>;
  /** From now on messages are not acknowledged. @returns what acknowledges them, and those to come */
  holdBack(): () => void;
  /** Cuts the connection without DISCONNECT, as a power cut does. */
  drop(): void;
  /** DISCONNECT; resolves when the connection is closed. */
  end(): Promise<void>;
}

export type ConnectFields = Partial<Omit<IConnectPacket, 'cmd' | 'password'>> & {
  readonly password?: string;
  /** The high bit of the protocol level, by which mosquitto says that it is a bridge. */
  readonly bridgeMode?: boolean;
};

/** Connects and waits for CONNACK, whatever it says. Rejects when the connection is closed without one. */
export async function packetClient(port: number, fields: ConnectFields): Promise<PacketClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const version = fields.protocolVersion ?? 4;
  const wire = readPackets(socket, version);
  const { password, ...rest } = fields;
  wire.send({
    ...{ cmd: 'connect', protocolId: version === 3 ? 'MQIsdp' : 'MQTT', protocolVersion: version },
    ...{ clientId: '', clean: true, keepalive: 60 },
    ...rest,
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
  });
  const connack = await wire.until('connack');
  let pings = 0;
  let id = 0;
  const nextId = (): number => {
    id += 1;
    return id;
  };
  return {
    ...wire,
    connack,
    messages: () => wire.received.filter((packet) => packet.cmd === 'publish'),
    async publish(topic, payload, { qos = 0, retain = false, properties } = {}) {
      const messageId = qos === 0 ? undefined : nextId();
      wire.send({
        ...{ cmd: 'publish', topic, payload, qos, retain, dup: false },
        ...(messageId === undefined ? {} : { messageId }),
        ...(properties === undefined ? {} : { properties }),
      });
      if (qos === 1) return wire.until('puback', (packet) => packet.messageId === messageId);
      if (qos === 2) return wire.until('pubcomp', (packet) => packet.messageId === messageId);
      return undefined;
    },
    async subscribe(filters, { qos = 1, ...options } = {}) {
      const messageId = nextId();
      const subscriptions = [filters].flat().map((topic) => ({ topic, qos, ...options }));
      wire.send({ cmd: 'subscribe', messageId, subscriptions });
      return wire.until('suback', (packet) => packet.messageId === messageId);
    },
    async ping() {
      pings += 1;
      wire.send({ cmd: 'pingreq' });
      const wanted = pings;
      await wire.until('pingresp', () => wire.received.filter(({ cmd }) => cmd === 'pingresp').length >= wanted);
    },
    async end() {
      wire.send({ cmd: 'disconnect' });
      socket.end();
      await wire.closed;
    },
  };
}

type Wire = Pick<PacketClient, 'received' | 'isClosed' | 'closed' | 'send' | 'sendRaw' | 'until' | 'holdBack' | 'drop'>;

function readPackets(socket: Socket, protocolVersion: number): Wire {
  const received: Packet[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const one of [...waiting]) one();
  };
  let isClosed = false;
  const closed = new Promise<void>((done) => {
    socket.once('close', () => {
      isClosed = true;
      wake();
      done();
    });
  });
  const send = (...packets: readonly Packet[]): void => {
    socket.write(Buffer.concat(packets.map((packet) => generate(packet, { protocolVersion }))));
  };
  let heldBack: Packet[] | undefined;
  const reading = parser({ protocolVersion });
  reading.on('packet', (packet) => {
    received.push(packet);
    if (heldBack !== undefined && packet.cmd === 'publish') heldBack.push(packet);
    else acknowledge(packet, send);
    wake();
  });
  reading.on('error', (error) => socket.destroy(error));
  socket.on('data', (chunk) => reading.parse(chunk));
  return {
    received,
    closed,
    isClosed: () => isClosed,
    send,
    sendRaw: (bytes) => {
      socket.write(bytes);
    },
    async until<C extends Packet['cmd']>(cmd: C, fits: (packet: Of<C>) => boolean = () => true): Promise<Of<C>> {
      const deadline = performance.now() + WAIT_MS;
      for (;;) {
        const found = received.find((packet): packet is Of<C> => packet.cmd === cmd && fits(packet as Of<C>));
        if (found !== undefined) return found;
        const so = `after ${received.map((packet) => packet.cmd).join(', ') || 'nothing'}`;
        if (isClosed) throw new Error(`closed without ${cmd}, ${so}`);
        if (performance.now() > deadline) throw new Error(`no ${cmd} within ${WAIT_MS} ms, ${so}`);
        await change(waiting, deadline);
      }
    },
    holdBack() {
      heldBack = [];
      return () => {
        for (const packet of heldBack ?? []) acknowledge(packet, send);
        heldBack = undefined;
      };
    },
    drop: () => socket.destroy(),
  };
}

function acknowledge(packet: Packet, send: (packet: Packet) => void): void {
  const { messageId } = packet;
  if (messageId === undefined) return;
  if (packet.cmd === 'pubrec') send({ cmd: 'pubrel', messageId });
  if (packet.cmd === 'pubrel') send({ cmd: 'pubcomp', messageId });
  if (packet.cmd === 'publish') send({ cmd: packet.qos === 2 ? 'pubrec' : 'puback', messageId });
}

/** Resolves at the next packet, at the close, or at the deadline. */
async function change(waiting: Set<() => void>, deadline: number): Promise<void> {
  await new Promise<void>((done) => {
    const end = (): void => {
      clearTimeout(timer);
      waiting.delete(end);
      done();
    };
    const timer = setTimeout(end, Math.max(1, deadline - performance.now()));
    waiting.add(end);
  });
}
