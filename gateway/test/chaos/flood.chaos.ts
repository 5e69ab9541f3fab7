/**
 * Strangers at the door: 1,000 sockets that are silent, send their CONNECT byte by byte, or declare 256 MiB, against a
 * whole gateway. They are closed in time, cost no memory, and a good device hardly notices.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nativeTopic } from '#contract/topics.ts';
import { connectPacket, publishPacket, type WireClient, wireClient } from '../broker/wire.ts';
import { SITE, startTestGateway, type TestGateway } from '../run-gateway.ts';

const SOCKETS = 1_000;
const MESSAGES = 300;
const CLOSED_WITHIN_MS = 6_000;
const GROWTH_MIB = 50;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

test(`${SOCKETS} sockets that never log in: all closed, no memory, a good device is served`, async () => {
  const port = Number(new URL(gateway.mqttUrl).port);
  const device = await wireClient(port);
  device.send(connectPacket({ clientId: 'good' }));
  await device.next();
  await latencies(device, MESSAGES);
  const quiet = quantile(await latencies(device, MESSAGES), 0.99);
  const before = rssMiB(gateway.pid);

  const stop = new AbortController();
  const flood: { closedAfterMs: Promise<number> }[] = [];
  // More at once than fit the listener's queue would be connected for the client long before they are for the gateway.
  while (flood.length < SOCKETS)
    flood.push(
      ...(await Promise.all(Array.from({ length: 100 }, (_, at) => stranger(port, flood.length + at, stop.signal)))),
    );
  const busy = latencies(device, MESSAGES);
  const open = await Promise.all(flood.map(({ closedAfterMs }) => closedAfterMs));
  const closedMs = Math.max(...open);
  const peak = rssMiB(gateway.pid);
  stop.abort();
  const flooded = quantile(await busy, 0.99);
  device.close();

  console.info({
    closedMs: Math.round(closedMs),
    rssBefore: before,
    rssAfter: peak,
    p99QuietMs: quiet,
    p99FloodMs: flooded,
  });
  expect(closedMs).toBeLessThan(CLOSED_WITHIN_MS);
  expect(peak - before).toBeLessThan(GROWTH_MIB);
  // A floor, since a quiet gateway answers in a few milliseconds and the flood runs on the same machine.
  expect(flooded).toBeLessThan(Math.max(2 * quiet, 100));
  const late = await wireClient(port);
  late.send(connectPacket({ clientId: 'late' }));
  expect(await late.next()).toMatchObject({ type: 'connack', id: 0 });
  late.close();
});

/** A third each: says nothing, sends a byte every 100 ms, declares 256 MiB and sends what it can. */
async function stranger(port: number, at: number, stop: AbortSignal): Promise<{ closedAfterMs: Promise<number> }> {
  const client = await wireClient(port);
  const began = performance.now();
  const closedAfterMs = client.closed.then(() => performance.now() - began);
  // In an object: awaiting the stranger must not wait for its end.
  if (at % 3 === 0) return { closedAfterMs };
  const hello = connectPacket({ clientId: `slow-${at}` });
  const large = Buffer.concat([Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(4 * 1024)]);
  let sent = 0;
  const timer = setInterval(() => {
    if (stop.aborted || client.isClosed()) return clearInterval(timer);
    if (at % 3 === 2) client.send(large);
    // Its last byte never comes.
    else if (sent < hello.length - 1) client.send(hello.subarray(sent, sent + 1));
    sent += 1;
  }, 100);
  return { closedAfterMs };
}

/** PUBLISH to PUBACK of one message after the other, ms. */
async function latencies(client: WireClient, count: number): Promise<number[]> {
  const took: number[] = [];
  for (let n = 1; n <= count; n += 1) {
    const began = performance.now();
    const payload = JSON.stringify({ ts: Date.now(), power_w: n });
    client.send(publishPacket(nativeTopic(SITE, 'meter-f1', 'readings'), payload, { qos: 1, id: n }));
    await client.next();
    took.push(performance.now() - began);
  }
  return took;
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

function rssMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1_024);
}
