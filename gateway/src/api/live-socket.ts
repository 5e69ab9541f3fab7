/** What the live stream needs of one socket.io connection, and how full its line is. */
import type { Socket } from 'socket.io';
import type { ClientToServer, LiveHello, ServerToClient } from '#contract/live.ts';
import { PreparedJson } from './prepared-json.ts';

/** Room of the clients that keep up: one broadcast encodes a message once for all of them. */
export const STREAMING = 'streaming';

export interface LiveSocket {
  emit<E extends keyof ServerToClient>(event: E, payload: Parameters<ServerToClient[E]>[0]): void;
  setStreaming(streaming: boolean): void;
  /** Bytes that the kernel has not taken yet: 0 for a client that keeps up. */
  queuedBytes(): number;
  /** `ackJson` takes an answer that is JSON already. */
  onHello(
    listener: (position: unknown, ack: (hello: LiveHello) => void, ackJson?: (json: string) => void) => void,
  ): void;
  /** After each message has left. */
  onReady(listener: () => void): void;
  /** Ends the line so that the client comes back and resumes. */
  cut(): void;
  /** Ends the sign-in: the client must not come back by itself. */
  kick(): void;
}

export function liveSocket(socket: Socket<ClientToServer, ServerToClient>): LiveSocket {
  let streaming = false;
  const line = socket.conn.request.socket;
  return {
    emit: (event, payload) => {
      const args = [payload] as unknown as Parameters<ServerToClient[typeof event]>;
      socket.emit(event, ...args);
    },
    setStreaming: (wanted) => {
      if (wanted === streaming || !socket.connected) return;
      streaming = wanted;
      void (wanted ? socket.join(STREAMING) : socket.leave(STREAMING));
    },
    queuedBytes: () => line.writableLength,
    onHello: (listener) => {
      socket.on('hello', (position: unknown, ack: unknown) => {
        if (typeof ack === 'function') {
          listener(
            position,
            (hello) => ack(hello),
            (json) => ack(new PreparedJson(json)),
          );
        } else listener(undefined, () => undefined);
      });
    },
    onReady: (listener) => {
      socket.conn.transport.on('ready', listener);
    },
    cut: () => {
      // A stalled line would never deliver a closing frame, so it is not asked to.
      socket.conn.close(true);
      line.destroy();
    },
    kick: () => {
      socket.disconnect(true);
    },
  };
}
