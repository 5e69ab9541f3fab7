/** Decoding, messages per second of one core: native readings and every ecosystem's messages, registry and event times included. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { devicesConfig } from '../contract/config/devices.ts';
import { vectorFile } from '../contract/vectors/vector-file.ts';
import { createDecoderMemory } from '../src/campus-in-force.ts';
import { compileProfiles } from '../src/decode/compile-profiles.ts';
import { createDecoder, type Decoder } from '../src/decode/decoder.ts';
import { frameOf } from '../src/decode/profile-test.ts';
import type { Frame } from '../src/shared/frame.ts';
import { createRegistry } from '../src/shared/registry.ts';
import type { BenchRow } from './bench-row.ts';

const root = join(import.meta.dirname, '../..');
const AT = Date.parse('2026-03-02T08:00:05+08:00');
const REACH = 100_000;
const MEASURE_MS = 1_500;
/** A gateway runs for months: what its first second costs, while the compiler still guesses, is no figure of it. */
const WARM_UP_MS = 2_000;
const DEVICES = 500;

export async function run(): Promise<BenchRow[]> {
  const vectors = readFolder('gateway/contract/vectors', '.json').map(([, text]) => vectorFile.parse(JSON.parse(text)));
  const profiles = compileProfiles(new Map(readFolder('config/profiles', '.yaml'))).profiles;
  const meters = Array.from({ length: DEVICES }, (_, n) => ({
    id: `meter-${n}`,
    name: 'm',
    kind: 'electricity-meter',
    place: 'p',
  }));
  const others = vectors.flatMap((file) => addressesOf(file).map((address) => ({ profile: file.profile, address })));
  const known = others.map((device, n) => ({ id: `device-${n}`, name: 'd', kind: 'sensor', place: 'p', ...device }));
  const campus = {
    name: { zh: '测', en: 't' },
    timeZone: 'Asia/Shanghai',
    sites: [{ id: 'main', name: { zh: '测', en: 't' } }],
    places: [],
  };
  const registry = createRegistry(campus, devicesConfig.parse({ devices: [...meters, ...known] }));
  const decoder = createDecoder({ registry, profiles, ...createDecoderMemory() });

  const rows: BenchRow[] = [];
  const add = (id: string, frames: readonly Frame[], reach?: number): void => {
    const value = Math.round(messagesPerSecond(decoder, frames));
    rows.push({ id, value, unit: 'msg/s', ...(reach === undefined ? {} : { reach, ok: value >= reach }) });
  };
  add(
    'native-readings',
    meters.map(({ id }, n) => frame(`campus/v1/main/${id}/readings`, Buffer.from(nativePayload(n)))),
    REACH,
  );
  for (const file of vectors)
    add(
      `vectors-${file.profile}`,
      file.messages.map(frameOf).map(({ topic, payload, at }) => ({ ...frame(topic, payload), at })),
    );
  add(
    'mixed',
    vectors.flatMap((file) =>
      file.messages.map(frameOf).map(({ topic, payload, at }) => ({ ...frame(topic, payload), at })),
    ),
    REACH,
  );
  const unseen = Array.from({ length: 20_000 }, (_, n) =>
    frame(`zigbee2mqtt/made-up-${n}`, Buffer.from('{"contact":false,"linkquality":70}')),
  );
  add('topics-never-seen', unseen);
  return rows;
}

function messagesPerSecond(decoder: Decoder, frames: readonly Frame[]): number {
  const round = (): number => {
    let readings = 0;
    for (const one of frames) readings += decoder.decode(one).readings.length;
    return readings;
  };
  const warmUntil = performance.now() + WARM_UP_MS;
  while (performance.now() < warmUntil) round();
  let rounds = 0;
  const until = performance.now() + MEASURE_MS;
  // Processor time, collector included, not wall time: on a busy machine the wall measures the neighbours.
  const from = process.cpuUsage();
  while (performance.now() < until) {
    round();
    rounds += 1;
  }
  const { user, system } = process.cpuUsage(from);
  return (rounds * frames.length * 1e6) / (user + system);
}

function addressesOf(file: ReturnType<typeof vectorFile.parse>): string[] {
  return [...new Set(file.messages.flatMap((message) => message.expect.map(({ device }) => device)))];
}

function nativePayload(n: number): string {
  return `{"ts":${AT - n},"energy_total_kwh":${100_000 + n / 1_000},"power_w":${1_000 + n}.25,"voltage_v":229.4,"current_a":5.41}`;
}

function frame(topic: string, payload: Buffer): Frame {
  return {
    topic,
    payload,
    qos: 1,
    retain: false,
    replayed: false,
    will: false,
    at: AT,
    clientId: 'bench',
    username: 'bench',
    credential: 'bridge',
  };
}

function readFolder(folder: string, ending: string): [string, string][] {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith(ending));
  return names.sort().map((name) => [name, readFileSync(join(root, folder, name), 'utf8')]);
}
