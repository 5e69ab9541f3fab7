/** Asks every device that has a `probe` in its turn, and says what may be believed of it. */
import type { DeviceConfig, DeviceProbe } from '#contract/config/devices.ts';
import type { Text } from '#contract/enums.ts';
import { createOwnNetwork, type NetworkNews, type Outcome } from './own-network.ts';
import type { ProbeVerdict } from './probe-device.ts';
import { createProbeSchedule, type ProbeTurn } from './probe-schedule.ts';

export interface ProbeResult extends Outcome {
  /** Epoch ms. */
  readonly at: number;
  readonly online: boolean;
  readonly clockSkewS: number | undefined;
  readonly evidence: Text;
}

export interface ProbeFigures {
  readonly devices: number;
  readonly running: number;
  readonly asked: number;
  readonly failed: number;
  readonly blind: boolean;
}

export interface Probes {
  /** The devices to ask from now on; only those that are asked otherwise than before start anew. */
  set(devices: readonly DeviceConfig[]): void;
  figures(): ProbeFigures;
  /** No verdict comes after it; connections still open end by their own time limit, and keep no process alive. */
  close(): void;
}

export interface ProbesSetup {
  /** Epoch ms: what a result is dated by. */
  now(): number;
  /** What turns go by, ms: a clock that is put back by hours must not keep anybody from being asked. */
  monotonic(): number;
  /** Undefined: nothing can be said, because asking itself went wrong. */
  ask(probe: DeviceProbe): Promise<ProbeVerdict | undefined>;
  onNews(news: NetworkNews<ProbeResult>): void;
  readonly maxInFlight?: number;
}

export const MAX_IN_FLIGHT = 32;
const USUAL_EVERY_S = 30;

export function runProbes({ now, monotonic, ask, onNews, maxInFlight = MAX_IN_FLIGHT }: ProbesSetup): Probes {
  const schedule = createProbeSchedule(maxInFlight);
  let network = createOwnNetwork<ProbeResult>();
  let probes = new Map<string, DeviceProbe>();
  let hosts = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const figures = { running: 0, asked: 0, failed: 0 };

  const wake = (): void => {
    clearTimeout(timer);
    const at = closed ? undefined : schedule.nextAt();
    if (at !== undefined) timer = setTimeout(pump, Math.max(0, at - monotonic()));
  };
  const pump = (): void => {
    for (const turn of schedule.start(monotonic())) void take(turn);
    wake();
  };
  const take = async (turn: ProbeTurn): Promise<void> => {
    const probe = probes.get(turn.id);
    figures.running += 1;
    figures.asked += 1;
    const verdict = probe && (await ask(probe));
    figures.running -= 1;
    // One lost packet is no outage: only the second failure within the round counts.
    const again = verdict !== undefined && !verdict.online && turn.attempt === 1;
    const wanted = !closed && schedule.isCurrent(turn);
    schedule.done(turn, monotonic(), again);
    if (verdict !== undefined && probe !== undefined && wanted && !again) {
      if (!verdict.online) figures.failed += 1;
      onNews(network.note({ ...verdict, device: turn.id, host: probe.host, at: now() }, hosts));
    }
    wake();
  };

  return {
    set(devices) {
      const next = new Map(devices.flatMap((device) => (device.probe ? [[device.id, device.probe] as const] : [])));
      for (const [id, probe] of probes) if (JSON.stringify(next.get(id)) !== JSON.stringify(probe)) network.forget(id);
      probes = next;
      if (next.size === 0 && network.isBlind()) {
        network = createOwnNetwork<ProbeResult>();
        onNews({ believed: [], blind: false });
      }
      hosts = new Set([...next.values()].map(({ host }) => host)).size;
      const jobs = devices.flatMap((device) =>
        device.probe ? [[device.id, jobOf(device, device.probe)] as const] : [],
      );
      schedule.set(new Map(jobs), monotonic());
      wake();
    },
    figures: () => ({ devices: probes.size, ...figures, blind: network.isBlind() }),
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** Seconds between two probes of a device. */
export function probeEveryS({ intervalS, probe }: DeviceConfig): number {
  return probe?.everyS ?? Math.max(1, Math.min(intervalS, USUAL_EVERY_S));
}

function jobOf(device: DeviceConfig, probe: DeviceProbe): { readonly everyMs: number; readonly version: string } {
  return { everyMs: probeEveryS(device) * 1_000, version: JSON.stringify(probe) };
}
