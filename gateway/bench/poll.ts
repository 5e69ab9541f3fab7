/** Asking over serial lines: requests a second of one line, and what fifty lines cost the processor. Time is simulated. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { devicesConfig } from '../contract/config/devices.ts';
import { compileProfiles } from '../src/decode/compile-profiles.ts';
import { createDecoder } from '../src/decode/decoder.ts';
import { crc16 } from '../src/decode/modbus/crc16.ts';
import { createPollBook } from '../src/decode/poll-book.ts';
import type { Frame } from '../src/shared/frame.ts';
import { createRegistry } from '../src/shared/registry.ts';
import type { BenchRow } from './bench-row.ts';

const PROFILE = 'modbus-sdm630';
/** As often as the gateway looks while an answer is awaited. */
const TICK_MS = 10;
const IDLE_MS = 1_000;

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [latencyMs, reach] of [
    [50, 8],
    [200, 3],
    [500, 1.5],
  ] as const) {
    const { requests } = simulate({ lines: 1, meters: 30, intervalS: 1, latencyMs, forS: 600 });
    const value = Math.round(requests / 60) / 10;
    rows.push({ id: `line-latency-${latencyMs}-ms`, value, unit: 'requests/s', reach, ok: value >= reach });
  }
  const busy = simulate({ lines: 50, meters: 20, intervalS: 60, latencyMs: 100, forS: 600 });
  rows.push({
    id: 'processor-50-lines-1000-meters',
    value: share(busy),
    unit: '% of a core',
    reach: 5,
    ok: share(busy) <= 5,
  });
  const idle = simulate({ lines: 50, meters: 20, intervalS: 60, latencyMs: undefined, forS: 600 });
  rows.push({
    id: 'processor-50-lines-nobody-there',
    value: share(idle),
    unit: '% of a core',
    reach: 1,
    ok: share(idle) <= 1,
  });
  return rows;
}

interface Scene {
  readonly lines: number;
  readonly meters: number;
  readonly intervalS: number;
  /** From request to answer; undefined: no DTU is connected. */
  readonly latencyMs: number | undefined;
  readonly forS: number;
}

function simulate({ lines, meters, intervalS, latencyMs, forS }: Scene): {
  requests: number;
  forS: number;
  cpuMs: number;
} {
  const decoder = decoderOf(lines, meters, intervalS);
  const { polls } = decoder;
  const awaited: { readonly at: number; readonly topic: string; readonly payload: Buffer }[] = [];
  const started = process.cpuUsage();
  for (let at = 0; at < forS * 1_000; ) {
    polls.run(decoder.decoder.lines, at, ({ topic, payload }) => {
      if (latencyMs === undefined) return false;
      awaited.push({ at: at + latencyMs, topic: topic.replace('down', 'up'), payload: answerTo(Buffer.from(payload)) });
      return true;
    });
    polls.news();
    at += Math.min(IDLE_MS, Math.max(TICK_MS, polls.isOpen() ? 0 : polls.wakeAt() - at));
    for (let next = awaited[0]; next !== undefined && next.at <= at; next = awaited[0]) {
      awaited.shift();
      decoder.decoder.decode({ ...FRAME, topic: next.topic, payload: next.payload, at: next.at });
    }
  }
  const { user, system } = process.cpuUsage(started);
  return { requests: polls.counters().requests, forS, cpuMs: (user + system) / 1_000 };
}

const share = ({ cpuMs, forS }: { cpuMs: number; forS: number }): number => Math.round(cpuMs / forS) / 10;

const FRAME: Omit<Frame, 'topic' | 'payload' | 'at'> = {
  ...{ qos: 0, retain: false, replayed: false, will: false },
  ...{ clientId: 'dtu', username: 'dtu', credential: 'bridge' },
};

function decoderOf(lines: number, meters: number, intervalS: number) {
  const file = `${PROFILE}.yaml`;
  const text = readFileSync(join(import.meta.dirname, '../../config/profiles', file), 'utf8');
  const { profiles } = compileProfiles(new Map([[file, text]]));
  const devices = Array.from({ length: lines * meters }, (_, n) => ({
    ...{ id: `meter-${n}`, name: 'm', kind: 'electricity-meter', place: 'p', profile: PROFILE, intervalS },
    ...{ address: String((n % meters) + 1), downTopic: `dtu/${Math.floor(n / meters)}/down` },
  }));
  const name = { zh: '测', en: 't' };
  const campus = { name, timeZone: 'Asia/Shanghai', sites: [{ id: 'main', name }], places: [] };
  const polls = createPollBook();
  const registry = createRegistry(campus, devicesConfig.parse({ devices }));
  return { polls, decoder: createDecoder({ registry, profiles, polls }) };
}

function answerTo(request: Buffer): Buffer {
  const count = request.readUInt16BE(4);
  const answer = Buffer.alloc(5 + count * 2, 0x11);
  answer.set([request[0] ?? 0, request[1] ?? 0, count * 2]);
  // Every answer another one, as those of a meter that measures.
  sequence = (sequence + 1) & 0xff;
  answer.writeUInt16BE(sequence, 5);
  answer.writeUInt16LE(crc16(answer.subarray(0, -2)), answer.length - 2);
  return answer;
}

let sequence = 0;
