/** A small steady load of QoS 1 messages, and what the gateway says of its event loop, while something is done to it. */
import { nativeTopic } from '#contract/topics.ts';
import { connectPacket, publishPacket, type WireClient, wireClient } from '../broker/wire.ts';
import { SITE, type TestGateway } from '../run-gateway.ts';

export interface Delays {
  /** Delay of the gateway's event loop, ms: the timer of the measurement itself is 10. */
  readonly p99Ms: number;
  readonly worstMs: number;
  /** Processor time of that thread between two turns of its loop, ms: what is its own of the delay. */
  readonly heldP99Ms: number;
  readonly heldWorstMs: number;
  /** PUBLISH to PUBACK from outside. */
  readonly pubackMs: number;
  readonly tookMs: number;
}

const EVERY_MS = 20;
/** Long enough for a hundred samples of the event loop. */
const AT_LEAST_MS = 1_000;

export interface Watch {
  during(work: () => Promise<void>): Promise<Delays>;
  stop(): void;
}

export async function watchGateway(gateway: TestGateway, device: string): Promise<Watch> {
  const port = Number(new URL(gateway.mqttUrl).port);
  const connected = async (): Promise<WireClient> => {
    const fresh = await wireClient(port);
    fresh.send(connectPacket({ clientId: 'steady', keepalive: 600 }));
    await fresh.next();
    return fresh;
  };
  let client = await connected();
  let worst = 0;
  let isOver = false;
  const load = async (): Promise<void> => {
    for (let n = 1; !isOver; n += 1) {
      const began = performance.now();
      // A gateway that was held for long has closed it.
      if (client.isClosed()) client = await connected();
      const payload = JSON.stringify({ ts: Date.now(), power_w: n });
      client.send(publishPacket(nativeTopic(SITE, device, 'readings'), payload, { qos: 1, id: (n % 65_535) + 1 }));
      await Promise.race([client.next(), client.closed]);
      const took = performance.now() - began;
      worst = Math.max(worst, took);
      await new Promise((done) => setTimeout(done, Math.max(0, EVERY_MS - took)));
    }
  };
  const loading = load().catch(() => undefined);
  return {
    async during(work) {
      await lag(gateway);
      worst = 0;
      const began = performance.now();
      await work();
      const tookMs = performance.now() - began;
      if (tookMs < AT_LEAST_MS) await new Promise((done) => setTimeout(done, AT_LEAST_MS - tookMs));
      return { ...(await lag(gateway)), pubackMs: worst, tookMs };
    },
    stop() {
      isOver = true;
      client.close();
      void loading;
    },
  };
}

/** Since the last call. */
async function lag({ url }: TestGateway): Promise<Omit<Delays, 'pubackMs' | 'tookMs'>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const read = (name: string): number =>
    1_000 * Number(new RegExp(`^houqin_nodejs_eventloop_lag_${name}_seconds (\\S+)`, 'm').exec(text)?.[1]);
  const held = (kind: string): number =>
    1_000 * Number(new RegExp(`^houqin_loop_held_seconds\\{kind="${kind}"\\} (\\S+)`, 'm').exec(text)?.[1] ?? 0);
  return { p99Ms: read('p99'), worstMs: read('max'), heldP99Ms: held('p99'), heldWorstMs: held('worst') };
}
