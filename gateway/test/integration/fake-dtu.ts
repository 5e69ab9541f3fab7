/** A transparent DTU with meters on its line: what comes down goes to the meters, what they say goes up. */
import { connectAsync } from 'mqtt';

export interface FakeDtu extends AsyncDisposable {
  /** Every request that came down, in order. */
  readonly requests: Buffer[];
  close(): Promise<void>;
}

/**
 * @param topic `dtu/a`: requests come on `dtu/a/down`, answers go to `dtu/a/up`
 * @param answer what the meters say to a request, in pieces as they are published
 */
export async function fakeDtu(
  mqttUrl: string,
  topic: string,
  answer: (request: Buffer) => readonly Buffer[],
  delayMs = 20,
): Promise<FakeDtu> {
  const client = await connectAsync(mqttUrl, { clientId: topic.replaceAll('/', '-'), reconnectPeriod: 0 });
  const requests: Buffer[] = [];
  client.on('message', (_topic, request) => {
    requests.push(request);
    setTimeout(() => {
      for (const piece of answer(request)) if (client.connected) client.publish(`${topic}/up`, piece, { qos: 1 });
    }, delayMs);
  });
  await client.subscribeAsync(`${topic}/down`);
  const close = async (): Promise<void> => {
    await client.endAsync(true);
  };
  return { requests, close, [Symbol.asyncDispose]: close };
}
