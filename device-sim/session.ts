/** One MQTT connection that comes back by itself with jitter, and that a fault can cut and keep cut. */
import { connect, type MqttClient } from 'mqtt';
import type { Message } from './encoders/message.ts';

export interface SessionOptions {
  readonly url: string;
  /** clientId. */
  readonly name: string;
  /** The name itself when absent. */
  readonly username?: string;
  readonly password: string | undefined;
  /** Asked for before every connection. */
  readonly will: () => Message | undefined;
  /** Topics it subscribes to, before `onConnect`. */
  readonly listens?: readonly string[];
  readonly onConnect: () => void;
  readonly onMessage?: (payload: Buffer) => void;
  readonly onError: (message: string) => void;
  /** 0 … 1, for jitter. */
  readonly draw: () => number;
}

export interface Session {
  isConnected(): boolean;
  /** Messages sent and not yet acknowledged. */
  pending(): number;
  /** @param done called once: true when the broker acknowledged, false when the connection ended for good before. */
  publish(message: Message, done: (acknowledged: boolean) => void): void;
  /** Opens the connection, unless it is open. */
  open(): void;
  /** Breaks the socket without a DISCONNECT, so that the broker sends the will; stays broken until `open`. */
  cut(): void;
  /** Takes leave, within two seconds. */
  close(): Promise<void>;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 10_000;
const CLOSE_MS = 2_000;

export function createSession(options: SessionOptions): Session {
  let client: MqttClient | undefined;
  const waiting = new Set<(acknowledged: boolean) => void>();

  /** What is still on its way when a connection is given up never arrives. */
  const giveUp = (): void => {
    const left = [...waiting];
    waiting.clear();
    for (const done of left) done(false);
  };
  const open = (): void => {
    if (client !== undefined) return;
    const opened = connect(options.url, {
      clientId: options.name,
      username: options.username ?? options.name,
      ...(options.password === undefined ? {} : { password: options.password }),
      ...willOf(options),
      clean: true,
      resubscribe: false,
      keepalive: 30,
      connectTimeout: 10_000,
      // A gateway may learn of a device after the device learned of the gateway.
      reconnectOnConnackError: true,
      reconnectPeriod: FIRST_RETRY_MS * (1 + options.draw()),
    });
    let retryMs = FIRST_RETRY_MS;
    let said = '';
    opened.on('connect', () => {
      retryMs = FIRST_RETRY_MS;
      said = '';
      opened.options.reconnectPeriod = retryMs * (1 + options.draw());
      const { listens = [] } = options;
      if (listens.length === 0) options.onConnect();
      else opened.subscribe([...listens], { qos: 1 }, () => options.onConnect());
    });
    opened.on('message', (_, payload) => options.onMessage?.(payload));
    // After a broker's restart a campus must not come back in one instant.
    opened.on('reconnect', () => {
      retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
      opened.options.reconnectPeriod = retryMs * (0.5 + options.draw());
      Object.assign(opened.options, willOf(options));
    });
    // The same refusal is said once, not at every knock.
    opened.on('error', ({ message }) => {
      if (message !== said) options.onError(message);
      said = message;
    });
    client = opened;
  };

  return {
    isConnected: () => client?.connected === true,
    pending: () => waiting.size,
    publish: (message, done) => {
      if (client === undefined) {
        done(false);
        return;
      }
      const settle = (acknowledged: boolean): void => {
        if (waiting.delete(settle)) done(acknowledged);
      };
      waiting.add(settle);
      client.publish(message.topic, message.payload, { qos: message.qos, retain: message.retain }, (error) =>
        settle(!error),
      );
    },
    open,
    cut: () => {
      client?.end(true);
      client = undefined;
      giveUp();
    },
    close: async () => {
      const closing = client;
      client = undefined;
      if (closing !== undefined) await endWithin(closing, CLOSE_MS);
      giveUp();
    },
  };
}

function willOf({ will }: SessionOptions) {
  const last = will();
  return last === undefined ? {} : { will: { ...last, payload: Buffer.from(last.payload) } };
}

async function endWithin(client: MqttClient, ms: number): Promise<void> {
  if (!client.connected) {
    client.end(true);
    return;
  }
  await new Promise<void>((resolve) => {
    const force = setTimeout(() => {
      client.stream.destroy();
      resolve();
    }, ms);
    client.end(false, () => {
      clearTimeout(force);
      resolve();
    });
  });
}
