/** A UDP socket that is bound when it resolves. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

export interface UdpListen {
  readonly host: string;
  readonly port: number;
}

/** `0.0.0.0:5060` or `[::]:5060`; the config has checked the form. */
export function udpListen(text: string): UdpListen {
  const cut = text.lastIndexOf(':');
  return { host: text.slice(0, cut).replace(/^\[|\]$/g, ''), port: Number(text.slice(cut + 1)) };
}

/** What waits in the system while the gateway is busy, bytes: a flood of one sender then pushes out fewer of the others. */
const WAITING_BYTES = 1_048_576;

/** @throws what the system says, such as EADDRINUSE */
export function openUdp(
  { host, port }: UdpListen,
  onDatagram: (datagram: Buffer, from: RemoteInfo) => void,
): Promise<Socket> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', reuseAddr: false });
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind(port, host, () => {
      socket.removeAllListeners('error');
      try {
        socket.setRecvBufferSize(WAITING_BYTES);
      } catch {
        // The system allows less, and keeps what it has.
      }
      // A port unreachable that comes back for an answer of ours: the asker is gone, nothing else.
      socket.on('error', () => {});
      socket.on('message', (datagram, from) => {
        // Port 0 is nobody's: an answer to it cannot be sent, and to try throws.
        if (from.port !== 0) onDatagram(datagram, from);
      });
      resolve(socket);
    });
  });
}
