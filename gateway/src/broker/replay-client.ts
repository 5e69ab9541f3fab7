/** An MQTT client that publishes history to a gateway, as a device or bridge would. */
import { connectAsync } from 'mqtt';

export interface ReplayClientOptions {
  readonly url: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

export interface ReplayClient {
  /** QoS 1; resolves when the broker has acknowledged. Survives a broken connection. */
  publish(topic: string, payload: string): Promise<void>;
  close(): Promise<void>;
}

const CONNECT_MS = 10_000;

/** @throws Error when nobody answers or the broker refuses the login */
export async function connectReplayClient({ url, username, password }: ReplayClientOptions): Promise<ReplayClient> {
  const client = await connectAsync(
    url,
    {
      clientId: `${username ?? 'houqin'}.replay-${process.pid}`,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      clean: true,
      keepalive: 30,
      connectTimeout: CONNECT_MS,
      reconnectPeriod: 1_000,
    },
    false,
  );
  // An error after the first connection is followed by another attempt; what is not acknowledged is sent again.
  client.on('error', () => {});
  return {
    async publish(topic, payload) {
      await client.publishAsync(topic, payload, { qos: 1 });
    },
    close: () => client.endAsync(),
  };
}
