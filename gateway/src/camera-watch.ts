/**
 * What the gateway finds out by itself, beside what devices tell it over MQTT: probes of devices with a `probe`, event
 * streams of Hikvision recorders, and the receivers for GB/T 28181 and ONVIF announcements. Follows the config while it
 * runs; what cannot start says so and holds nothing else up.
 */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { ProbeState } from '#contract/http/probes.ts';
import type { Reading } from '#contract/readings.ts';
import type { CampusInForce } from './campus-in-force.ts';
import { readOnvifTime } from './decode/codecs/onvif-time.ts';
import type { Judgement } from './judgement.ts';
import { keepReceivers } from './keep-receivers.ts';
import type { Pipeline } from './pipeline.ts';
import { type Following, followHikvision } from './probe/follow-hikvision.ts';
import type { NetworkNews } from './probe/own-network.ts';
import { hikvisionPort, probeDevice } from './probe/probe-device.ts';
import { frameFrom } from './probe/probe-frame.ts';
import { readCredential } from './probe/read-credential.ts';
import { type ProbeResult, probeEveryS, runProbes } from './probe/run-probes.ts';
import type { Clock } from './shared/clock.ts';
import type { Frame } from './shared/frame.ts';
import type { Log } from './shared/log.ts';

export interface CameraWatchParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly dataDir: string;
  readonly pipeline: Pick<Pipeline, 'onFrame' | 'admit'>;
  readonly judgement: Pick<Judgement, 'blind'>;
  campus(): CampusInForce;
  /** Where passwords stand; the environment when absent. */
  readonly secrets?: Readonly<Record<string, string | undefined>>;
}

export interface CameraWatch {
  /** Starts, and follows a config that is in force from now on. */
  reload(): void;
  /** What the last probe of each device brought. */
  states(): readonly ProbeState[];
  figures(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

const CHANNELS_MIN_MS = 30_000;

/** Nothing is asked, and no port opened, before the first `reload`. */
export function createCameraWatch(parts: CameraWatchParts): CameraWatch {
  const { clock, log, dataDir, pipeline, judgement, campus, secrets = process.env } = parts;
  const states = new Map<string, ProbeState>();
  const streams = new Map<string, { readonly version: string; readonly following: Following | undefined }>();
  let streamsOpen = 0;

  const quietly = async (what: string, work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      log.error({ err: error }, `${what} failed`);
    }
  };
  const onFrame = (frame: Frame): Promise<void> => quietly('a frame of a probe', pipeline.onFrame(frame));
  const onNews = ({ believed, blind }: NetworkNews<ProbeResult>): void => {
    const { devices } = campus().config.registry;
    if (blind !== undefined) {
      judgement.blind(
        probed(campus()).map(({ id }) => id),
        blind,
        clock.now(),
      );
      if (blind) log.warn({}, 'no device that is probed can be reached: the network of the gateway itself is out');
      else log.info({}, 'devices that are probed can be reached again');
    }
    for (const result of believed) {
      const device = devices.get(result.device);
      if (device === undefined) continue;
      note(result);
      void quietly('taking in a probe', pipeline.admit(readingsOf(device, result)));
    }
  };
  const note = ({ device, at, online, clockSkewS, evidence }: ProbeResult): void => {
    const before = states.get(device)?.online;
    states.set(device, { device, at, online, clockSkewS: clockSkewS ?? null, evidence: { ...evidence } });
    if (before !== online && (before !== undefined || !online))
      log.info({ device, online }, `probe of ${device}: ${evidence.zh} / ${evidence.en}`);
  };
  const follow = (device: DeviceConfig): Following | undefined => {
    const { probe } = device;
    if (probe?.hikvision === undefined) return undefined;
    const { credential, tls } = probe.hikvision;
    const read = readCredential(credential, secrets);
    if (!read.ok) {
      log.warn({ device: device.id }, `event stream of ${device.id} not opened: ${read.why.zh} / ${read.why.en}`);
      return undefined;
    }
    let wasOpen = false;
    const from = device.address ?? probe.host;
    const target = {
      ...{ host: probe.host, port: hikvisionPort(probe.hikvision), tls, timeoutMs: probe.timeoutMs },
      ...{ credential: read.credential, channelsEveryMs: Math.max(CHANNELS_MIN_MS, probeEveryS(device) * 1_000) },
    };
    return followHikvision(target, {
      document: (path, payload) => void onFrame(frameFrom({ topic: `http:${path}`, payload, at: clock.now(), from })),
      state: (open, said) => {
        streamsOpen += Number(open) - Number(wasOpen);
        if (open !== wasOpen || !open) log.info({ device: device.id }, `${device.id}: ${said.zh} / ${said.en}`);
        wasOpen = open;
      },
    });
  };
  const followAll = (devices: readonly DeviceConfig[]): void => {
    const wanted = new Map(
      devices.flatMap((device) => (device.probe?.hikvision ? [[device.id, device] as const] : [])),
    );
    for (const [id, { version, following }] of streams) {
      const device = wanted.get(id);
      if (device !== undefined && versionOf(device) === version) continue;
      following?.close();
      streams.delete(id);
    }
    for (const [id, device] of wanted)
      if (!streams.has(id)) streams.set(id, { version: versionOf(device), following: follow(device) });
  };

  const probes = runProbes({
    now: clock.now,
    ask: (probe) => probeDevice(probe, readOnvifTime, clock.now),
    onNews,
  });
  const receivers = keepReceivers({ clock, log, dataDir, campus, onFrame, secrets });
  const reload = (): void => {
    const devices = probed(campus());
    const ids = new Set(devices.map(({ id }) => id));
    for (const id of states.keys()) if (!ids.has(id)) states.delete(id);
    probes.set(devices);
    followAll(devices);
    receivers.reload();
  };
  return {
    reload,
    states: () => [...states.values()],
    figures() {
      const { blind, ...counted } = probes.figures();
      return { ...counted, blind: Number(blind), streams_open: streamsOpen, ...receivers.figures() };
    },
    async close() {
      probes.close();
      for (const { following } of streams.values()) following?.close();
      await receivers.close();
    },
  };
}

function probed(campus: CampusInForce): readonly DeviceConfig[] {
  return [...campus.config.registry.devices.values()].filter(({ probe }) => probe !== undefined);
}

const versionOf = ({ probe, address, intervalS }: DeviceConfig): string => JSON.stringify([probe, address, intervalS]);

/** A probe tells whether the device can be reached, and what its clock says. Whether anything is recorded it cannot know. */
function readingsOf({ kind }: DeviceConfig, { device, at, online, clockSkewS }: ProbeResult): Reading[] {
  const one = (metric: string, value: number): Reading => ({ device, metric, ts: at, value, flags: 0, receivedAt: at });
  return [
    one('online', Number(online)),
    ...(kind === 'camera' ? [one('camera_online', Number(online))] : []),
    ...(kind === 'camera' && clockSkewS !== undefined ? [one('camera_clock_skew_s', clockSkewS)] : []),
  ];
}
