/** A dashboard's end of `/live`, as the contract describes it: keeps its position and notices every gap. */
import { io, type Socket } from 'socket.io-client';
import type {
  ClientToServer,
  LiveEvent,
  LiveEventBody,
  LiveGateway,
  LiveHello,
  LivePosition,
  LiveValues,
  ServerToClient,
} from '#contract/live.ts';

export interface LivePeer {
  readonly socket: Socket<ServerToClient, ClientToServer>;
  /** All events in the order of their arrival, those of hellos included. */
  readonly events: LiveEvent[];
  readonly values: LiveValues[];
  readonly gateways: LiveGateway[];
  readonly unsaved: LiveEventBody[];
  readonly ticks: { readonly seq: number; readonly epoch: string }[];
  /** Reasons of disconnects. */
  readonly endings: string[];
  position(): LivePosition | undefined;
  hello(from?: Partial<LivePosition>): Promise<LiveHello>;
  connected(): Promise<void>;
  close(): void;
}

export interface PeerOptions {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly reconnection?: boolean;
  /** Position to go on from. */
  readonly from?: LivePosition | undefined;
}

export function livePeer(url: string, { token, headers, reconnection = false, from }: PeerOptions): LivePeer {
  const socket: Socket<ServerToClient, ClientToServer> = io(`${url}/live`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection,
    reconnectionDelay: 10,
    reconnectionDelayMax: 20,
    ...(token === undefined ? {} : { auth: { token } }),
    ...(headers === undefined ? {} : { extraHeaders: headers }),
  });
  let position = from;
  const take = (event: LiveEvent): void => {
    peer.events.push(event);
    position = { epoch: event.epoch, seq: event.seq };
  };
  const peer: LivePeer = {
    socket,
    events: [],
    values: [],
    gateways: [],
    unsaved: [],
    ticks: [],
    endings: [],
    position: () => position,
    hello: async (asked = position ?? {}) => {
      const answer = Promise.withResolvers<LiveHello>();
      socket.emit('hello', asked, (hello) => {
        // Handled in the turn in which it arrives, before any event behind it.
        if (hello.mode === 'resume') for (const event of hello.events) take(event);
        position = hello.position;
        answer.resolve(hello);
      });
      return answer.promise;
    },
    connected: () =>
      new Promise((resolve, reject) => {
        if (socket.connected) return resolve();
        socket.once('connect', resolve);
        socket.once('connect_error', reject);
      }),
    close: () => socket.disconnect(),
  };
  socket.on('event', take);
  socket.on('value', (values) => peer.values.push(values));
  socket.on('gateway', (gateway) => peer.gateways.push(gateway));
  socket.on('unsaved', ({ bodies }) => peer.unsaved.push(...bodies));
  socket.on('tick', (tick) => peer.ticks.push(tick));
  socket.on('disconnect', (reason) => peer.endings.push(reason));
  return peer;
}

/** Resolves as soon as it holds; fails after 10 s with what it was waiting for. */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
