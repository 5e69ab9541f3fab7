/**
 * MQTT load from another process, so that the measured one has a core for itself: many connections, each with a window
 * of unacknowledged QoS 1 messages, packets made by hand, because a full client costs more than the broker under test.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  /** Unacknowledged messages of each connection. */
  readonly window: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Devices log in as `<prefix><n>` with the password of the same text. */
  readonly userPrefix: string;
  readonly site: string;
  /** A new `ts` and a rising register in each message, so that no two are the same reading. */
  readonly distinct: boolean;
  /** All connections together; without it as fast as acknowledgements come. */
  readonly messagesPerSecond?: number;
}

export interface LoadResult {
  /** Acknowledged messages within the measured time. */
  readonly acked: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** PUBLISH to PUBACK, sampled. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly closedEarly: number;
  /** Over the whole run, warm-up and draining included. */
  readonly sentInAll: number;
  readonly ackedInAll: number;
}

/** Runs the load in a child process and resolves with what its own ledger says. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let line = '';
  if (child.stdout) for await (const text of createInterface({ input: child.stdout })) line = text;
  const [code] = await exited;
  if (code !== 0) throw new Error(`the load generator ended with ${String(code)}`);
  return JSON.parse(line) as LoadResult;
}

/** Values of one message. */
export const VALUES = 4;

/** A meter's message of 115 bytes. */
export function meterPayload(at: number, count: number): string {
  const total = (100_000 + count / 3.6e6).toFixed(3);
  const voltage = (228 + (count % 50) / 10).toFixed(1);
  return `{"ts": ${at}, "energy_total_kwh": ${total}, "power_w": ${1_000 + (count % 900)}.25, "voltage_v": ${voltage}, "current_a": 5.4${count % 10}}`;
}

const text = (value: string): Buffer =>
  Buffer.concat([Buffer.from([value.length >> 8, value.length & 0xff]), Buffer.from(value)]);

function frame(first: number, body: Buffer): Buffer {
  const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
  return Buffer.concat([Buffer.from([first, ...length]), body]);
}

interface Ledger {
  measuring: boolean;
  closing: boolean;
  acked: number;
  sentInAll: number;
  ackedInAll: number;
  closedEarly: number;
  readonly latencies: number[];
}

/** More at once from one address is what a broker takes for a flood. */
const CONNECT_AT_ONCE = 50;
const DRAIN_MS = 10_000;

/** One connection: logs in. Returns how to send. */
async function device(
  options: LoadOptions,
  index: number,
  ledger: Ledger,
): Promise<{ socket: Socket; send: (count: number) => void }> {
  const name = `${options.userPrefix}${index}`;
  const socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const head = Buffer.from([0, 4, ...Buffer.from('MQTT'), 4, 0xc2, 0, 60]);
  socket.write(frame(0x10, Buffer.concat([head, text(name), text(name), text(name)])));
  const [connack] = (await once(socket, 'data')) as [Buffer];
  if (connack[3] !== 0) throw new Error(`${name} was refused: ${connack[3]}`);
  const topic = text(`campus/v1/${options.site}/${name}/readings`);
  const constant = meterPayload(1_764_000_000_000, 0);
  const sentAt = new Float64Array(65_536);
  let sent = 0;
  let ts = Date.now();
  const message = (): Buffer => {
    const id = (sent % 65_535) + 1;
    ts = Math.max(ts + 1, Date.now());
    const payload = options.distinct ? meterPayload(ts, sent) : constant;
    sent += 1;
    sentAt[id] = performance.now();
    return frame(0x32, Buffer.concat([topic, Buffer.from([id >> 8, id & 0xff]), Buffer.from(payload)]));
  };
  const send = (count: number): void => {
    if (ledger.closing) return;
    ledger.sentInAll += count;
    socket.write(Buffer.concat(Array.from({ length: count }, message)));
  };
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const count = Math.floor(data.length / 4);
    ledger.ackedInAll += count;
    if (ledger.measuring && count > 0) {
      ledger.acked += count;
      // One of a read is enough for the percentiles.
      ledger.latencies.push(performance.now() - (sentAt[data.readUInt16BE(2)] ?? 0));
    }
    rest = data.subarray(count * 4);
    if (count > 0 && options.messagesPerSecond === undefined) send(count);
  });
  socket.on('error', () => {});
  socket.once('close', () => {
    if (!ledger.closing) ledger.closedEarly += 1;
  });
  return { socket, send };
}

/** Starts sending: a full window each, or one message each in turn. Ends when the ledger closes. */
function feed(options: LoadOptions, senders: readonly ((count: number) => void)[], ledger: Ledger): void {
  const { messagesPerSecond } = options;
  if (messagesPerSecond === undefined) {
    for (const send of senders) send(options.window);
    return;
  }
  const started = performance.now();
  let due = 0;
  const timer = setInterval(() => {
    if (ledger.closing) clearInterval(timer);
    const until = ((performance.now() - started) * messagesPerSecond) / 1_000;
    for (; due < until; due += 1) senders[due % senders.length]?.(1);
  }, 5);
}

async function main(options: LoadOptions): Promise<LoadResult> {
  const ledger: Ledger = {
    measuring: false,
    closing: false,
    acked: 0,
    sentInAll: 0,
    ackedInAll: 0,
    closedEarly: 0,
    latencies: [],
  };
  const devices: Awaited<ReturnType<typeof device>>[] = [];
  while (devices.length < options.connections) {
    const count = Math.min(CONNECT_AT_ONCE, options.connections - devices.length);
    const next = Array.from({ length: count }, (_, at) => device(options, devices.length + at, ledger));
    devices.push(...(await Promise.all(next)));
  }
  feed(
    options,
    devices.map(({ send }) => send),
    ledger,
  );
  await new Promise((resolve) => setTimeout(resolve, options.warmUpMs));
  const start = performance.now();
  ledger.measuring = true;
  await new Promise((resolve) => setTimeout(resolve, options.measureMs));
  ledger.measuring = false;
  const seconds = (performance.now() - start) / 1_000;
  ledger.closing = true;
  // What is under way is acknowledged first: only then can sent, acknowledged and stored be compared.
  const drainedBy = performance.now() + DRAIN_MS;
  while (ledger.ackedInAll < ledger.sentInAll && performance.now() < drainedBy)
    await new Promise((resolve) => setTimeout(resolve, 10));
  for (const { socket } of devices) socket.destroy();
  const { acked, sentInAll, ackedInAll, closedEarly } = ledger;
  const sorted = ledger.latencies.sort((a, b) => a - b);
  const quantile = (q: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
  const figures = { perSecond: acked / seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
  return { acked, seconds, ...figures, closedEarly, sentInAll, ackedInAll };
}

const argument = process.argv[2];
if (argument !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${JSON.stringify(await main(JSON.parse(argument) as LoadOptions))}\n`);
}
