/** An MQTT client that publishes history to a gateway, as a device or bridge would. */
import { connectAsync } from 'mqtt';

export interface ReplayClientOptions {
  readonly url: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

export interface ReplayClient {
  /**
   * QoS 1; resolves when the broker has acknowledged. Survives a broken connection.
   * @throws Error when the login may not publish the topic, and when the broker cuts the connection again and again and
   *   acknowledges nothing
   */
  publish(topic: string, payload: string): Promise<void>;
  close(): Promise<void>;
}

/** Reason code of a PUBACK (MQTT 5, 3.4.2.1). */
const NOT_AUTHORIZED = 0x87;
const CONNECT_MS = 10_000;
const RETRY_MS = 1_000;
/** A restarting gateway is back after fewer attempts. */
const MAX_CUTS = 30;
/** Somebody listens and hangs up: that is a refusal, and waiting does not mend it. */
const MAX_REFUSALS = 5;

function explain(error: Error & { code?: number }): never {
  throw error.code === NOT_AUTHORIZED ? new Error('the message was refused; may this login publish there?') : error;
}

/** @throws Error when nobody answers or the broker refuses the login */
export async function connectReplayClient({ url, username, password }: ReplayClientOptions): Promise<ReplayClient> {
  const client = await connectAsync(
    url,
    {
      clientId: `houqin-replay-${process.pid}`,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      // Only here an acknowledgement can say that the message was not taken.
      protocolVersion: 5,
      clean: true,
      keepalive: 30,
      connectTimeout: CONNECT_MS,
      reconnectPeriod: RETRY_MS,
    },
    false,
  );
  let cuts = 0;
  let refusals = 0;
  let isUnreachable = false;
  const gaveUp = Promise.withResolvers<never>();
  // Whoever publishes hears of it; without a publish under way nobody has to.
  gaveUp.promise.catch(() => {});
  // Nobody listens at the moment: another attempt follows, and what is not acknowledged is sent again.
  client.on('error', () => {
    isUnreachable = true;
  });
  client.on('close', () => {
    cuts += 1;
    if (!isUnreachable) refusals += 1;
    isUnreachable = false;
    if (cuts < MAX_CUTS && refusals < MAX_REFUSALS) return;
    client.end(true);
    gaveUp.reject(new Error('the broker cuts the connection and acknowledges nothing; may this login publish there?'));
  });
  return {
    async publish(topic, payload) {
      await Promise.race([client.publishAsync(topic, payload, { qos: 1 }).catch(explain), gaveUp.promise]);
      cuts = 0;
      refusals = 0;
    },
    close: () => client.endAsync(),
  };
}
