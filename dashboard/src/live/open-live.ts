import { io } from 'socket.io-client';
import { createLiveClient, type LiveClient, type LiveSocket } from './live-client.ts';
import { createLiveStore, type LiveStore } from './live-store.ts';

export interface Live {
  readonly store: LiveStore;
  readonly client: LiveClient;
}

/** The live connection to the gateway that served this page; not yet started. Without a token the session cookie is sent. */
export function openLive(token?: string): Live {
  const socket: LiveSocket = io('/live', {
    autoConnect: false,
    transports: ['websocket', 'polling'],
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
    timeout: 8_000,
    withCredentials: true,
    ...(token === undefined ? {} : { auth: { token } }),
  });
  const store = createLiveStore();
  const client = createLiveClient({
    store,
    socket,
    now: () => Date.now(),
    every: (ms, run) => {
      const timer = setInterval(run, ms);
      return () => clearInterval(timer);
    },
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
  return { store, client };
}
