/**
 * 500 cameras on the loopback, a full round of probes: ONVIF and RTSP that answer, one in ten that accepts and says
 * nothing, one in twenty that refuses. They live in a process of their own, so that the gateway's share is seen alone.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { type DeviceConfig, device as deviceSchema } from '#contract/config/devices.ts';
import { readOnvifTime } from '../src/decode/codecs/onvif-time.ts';
import { probeDevice } from '../src/probe/probe-device.ts';
import { MAX_IN_FLIGHT, type ProbeResult, runProbes } from '../src/probe/run-probes.ts';
import type { BenchRow } from './bench-row.ts';

const CAMERAS = 500;
const EVERY_S = 30;
const listening = z.object({ onvif: z.array(z.number()), rtsp: z.array(z.number()), stalled: z.array(z.number()) });
type Ports = z.output<typeof listening>;

export async function run(): Promise<BenchRow[]> {
  const child = fork(join(import.meta.dirname, 'probe-cameras.ts'));
  const [message] = await once(child, 'message');
  const ports = listening.parse(message);
  const devices = Array.from({ length: CAMERAS }, (_, n) => cameraOf(n, ports));
  try {
    const spread = await round(devices, 'spread');
    const atOnce = await round(devices, 'at once');
    return [
      {
        id: 'cameras told of rightly',
        value: spread.right,
        unit: 'cameras',
        reach: CAMERAS,
        ok: spread.right === CAMERAS,
      },
      reached('last camera asked after', spread.lastAskedS, 's', EVERY_S),
      { id: 'last verdict after, second tries included', value: spread.seconds, unit: 's' },
      reached('probes at once, most', spread.most, '', MAX_IN_FLIGHT),
      reached('share of one core', 100 * spread.cpuShare, '%', 10),
      reached('memory', spread.rssMiB, 'MiB', 100),
      // After a restart of a switch, say: nothing is spread, and every second try is needed.
      reached('a round with all due at the same moment', atOnce.seconds, 's', EVERY_S),
      reached('probes at once, most, then', atOnce.most, '', MAX_IN_FLIGHT),
    ];
  } finally {
    child.disconnect();
  }
}

const reached = (id: string, value: number, unit: string, reach: number): BenchRow => ({
  ...{ id, value, unit, reach, ok: value <= reach },
});

interface Round {
  readonly right: number;
  readonly seconds: number;
  readonly lastAskedS: number;
  readonly most: number;
  readonly cpuShare: number;
  readonly rssMiB: number;
}

async function round(devices: readonly DeviceConfig[], how: 'spread' | 'at once'): Promise<Round> {
  const told = new Map<string, ProbeResult>();
  const asked = new Set<string>();
  let [inFlight, most, lastAskedS, aheadMs] = [0, 0, 0, 0];
  let allTold: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    allTold = resolve;
  });
  const rssBefore = process.memoryUsage.rss();
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const secondsSince = (): number => (performance.now() - start) / 1_000;
  const probes = runProbes({
    now: () => Date.now() + aheadMs,
    monotonic: () => performance.now() + aheadMs,
    ask: async (probe) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      if (!asked.has(probe.host)) lastAskedS = secondsSince();
      asked.add(probe.host);
      const verdict = await probeDevice(probe, readOnvifTime, Date.now);
      inFlight -= 1;
      return verdict;
    },
    onNews: ({ believed }) => {
      for (const result of believed) told.set(result.device, result);
      if (told.size === devices.length) allTold();
    },
  });
  probes.set(devices);
  if (how === 'at once') {
    aheadMs = EVERY_S * 1_000;
    probes.set(devices);
  }
  const late = new Promise<void>((resolve) => setTimeout(resolve, 3 * EVERY_S * 1_000).unref());
  await Promise.race([over, late]);
  const seconds = secondsSince();
  const { user, system } = process.cpuUsage(cpuBefore);
  const rssMiB = (process.memoryUsage.rss() - rssBefore) / 2 ** 20;
  probes.close();
  const right = devices.filter(({ id, tags }) => told.get(id)?.online === tags.includes('there')).length;
  return { right, seconds, lastAskedS, most, rssMiB, cpuShare: (user + system) / 1e6 / seconds };
}

/** Of twenty cameras two stall, one refuses, and of the others half speak ONVIF and half RTSP. */
function cameraOf(n: number, { onvif, rtsp, stalled }: Ports): DeviceConfig {
  const kind = n % 20 < 2 ? 'stalled' : n % 20 === 2 ? 'refuses' : n % 2 === 0 ? 'onvif' : 'rtsp';
  const at = <T>(list: readonly T[]): T | undefined => list[n % list.length];
  const ways = {
    stalled: { onvif: { port: at(stalled) } },
    refuses: { rtsp: { port: 1 } },
    onvif: { onvif: { port: at(onvif) } },
    rtsp: { rtsp: { port: at(rtsp) } },
  };
  return deviceSchema.parse({
    ...{ id: `camera-${n}`, name: `camera ${n}`, kind: 'camera', place: 'campus', intervalS: EVERY_S },
    // Every address of 127/8 is this machine: five hundred hosts, as a school has them.
    probe: { host: `127.0.${1 + Math.floor(n / 250)}.${1 + (n % 250)}`, everyS: EVERY_S, ...ways[kind] },
    tags: kind === 'onvif' || kind === 'rtsp' ? ['there'] : [],
  });
}
