/** MQTT over WebSocket, on a path of the HTTP server. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { BrokerLimits } from './broker-options.ts';

/** Subprotocols of MQTT 3.1.1 and 3.1. */
const SUBPROTOCOLS = ['mqtt', 'mqttv3.1'];
const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface WebSocketDoor {
  /** @param address what the sender counts as; of its socket when absent */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer, address?: string): void;
  close(): void;
}

export interface WebSocketDoorOptions {
  readonly limits: BrokerLimits;
  readonly isAllowed: (request: IncomingMessage) => boolean;
  readonly onRefused: (origin: string | undefined, address: string) => void;
  readonly onStream: (stream: Duplex, raw: IncomingMessage['socket'], address: string) => void;
}

export function createWebSocketDoor(options: WebSocketDoorOptions): WebSocketDoor {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // A message may hold several packets or a part of one; 16 bytes leave room for the header of the largest.
    maxPayload: options.limits.packetBytes + 16,
    handleProtocols: (offered) => SUBPROTOCOLS.find((name) => offered.has(name)) ?? false,
  });
  return {
    handle(request, socket, head, address = request.socket.remoteAddress ?? '') {
      if (!options.isAllowed(request)) {
        options.onRefused(request.headers.origin, address);
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const stream = createWebSocketStream(webSocket);
        options.onStream(stream, request.socket, address);
      });
    },
    close: () => server.close(),
  };
}

/**
 * Browsers send `Origin` and pages cannot change it, so this keeps foreign pages out (CORS does not cover WebSocket).
 * A device sends none. Without passwords the page must come from this very machine: a foreign name that resolves to
 * 127.0.0.1 would pass for our own host.
 */
export function isAllowedOrigin(
  request: Pick<IncomingMessage, 'headers'>,
  auth: 'required' | 'anonymous',
  configured: readonly string[],
): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (configured.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  return from.host === host && (auth === 'required' || LOOPBACK_HOSTS.has(from.hostname));
}
