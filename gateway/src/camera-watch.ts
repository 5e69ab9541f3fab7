/**
 * What the gateway finds out by itself, beside what devices tell it over MQTT: probes of devices with a `probe`, event
 * streams of Hikvision recorders, and the receivers for GB/T 28181 and ONVIF announcements. Follows the config while it
 * runs; what cannot start says so and holds nothing else up.
 */
import type { DeviceConfig, DeviceProbe } from '#contract/config/devices.ts';
import type { Text } from '#contract/enums.ts';
import type { ProbeState } from '#contract/http/probes.ts';
import type { Reading } from '#contract/readings.ts';
import type { CampusInForce } from './campus-in-force.ts';
import { readOnvifTime } from './decode/codecs/onvif-time.ts';
import { followRecorders } from './follow-recorders.ts';
import type { Judgement } from './judgement.ts';
import { keepReceivers } from './keep-receivers.ts';
import type { Pipeline } from './pipeline.ts';
import { createFairRoom } from './probe/fair-room.ts';
import type { HeardNote } from './probe/heard-notes.ts';
import type { NetworkNews } from './probe/own-network.ts';
import { type ProbeVerdict, probeDevice } from './probe/probe-device.ts';
import { type ProbeResult, runProbes } from './probe/run-probes.ts';
import type { Clock } from './shared/clock.ts';
import type { Frame } from './shared/frame.ts';
import type { Log } from './shared/log.ts';

export interface CameraWatchParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly dataDir: string;
  readonly pipeline: Pick<Pipeline, 'onFrame' | 'admit' | 'setAside'>;
  readonly judgement: Pick<Judgement, 'blind' | 'latest'>;
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

const MAX_WAITING = 512;

/** Nothing is asked, and no port opened, before the first `reload`. */
export function createCameraWatch(parts: CameraWatchParts): CameraWatch {
  const { clock, log, dataDir, pipeline, judgement, campus, secrets = process.env } = parts;
  const states = new Map<string, ProbeState>();
  const room = createFairRoom(MAX_WAITING);
  let dropped = 0;

  const quietly = async (what: string, work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      log.error({ err: error }, `${what} failed`);
    }
  };
  const onFrame = (frame: Frame): Promise<void> => quietly('a frame of a probe', pipeline.onFrame(frame));
  const ask = async (probe: DeviceProbe): Promise<ProbeVerdict | undefined> => {
    try {
      return await probeDevice(probe, readOnvifTime, clock.now);
    } catch (error) {
      log.error({ err: error, host: probe.host }, 'a probe failed by itself');
      return undefined;
    }
  };
  /** From the streams of recorders: bounded, for a recorder gone mad must take neither the memory nor the others' room. */
  const take = (frame: Frame): void => {
    const from = frame.from ?? '';
    if (!room.enter(from)) {
      dropped += 1;
      const detail =
        '事件来得太快，网关来不及存，有的没有接收 / its events come faster than the gateway can keep them; some were not taken';
      pipeline.setAside({ ...frame, topic: `${frame.topic}/${from}` }, { reason: 'refused', detail, address: from });
      return;
    }
    void onFrame(frame).finally(() => room.leave(from));
  };
  const onNews = ({ believed, blind }: NetworkNews<ProbeResult>): void => {
    const { devices } = campus().config.registry;
    if (blind !== undefined) {
      // Sight comes back to all, to those too that are no longer looked for.
      const concerned = blind ? probed(campus()).map(({ id }) => id) : [...devices.keys()];
      judgement.blind(concerned, blind, clock.now());
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
  const probes = runProbes({ now: clock.now, monotonic: clock.monotonic, ask, onNews });
  const standing = (address: string): readonly string[] => standingOf(campus(), judgement, address);
  const recorders = followRecorders({ clock, log, secrets, take, standing });
  const onNote = ({ frame, reason, detail, address }: HeardNote): void =>
    pipeline.setAside(frame, { reason, detail, address });
  const receivers = keepReceivers({ clock, log, dataDir, campus, onFrame, onNote, secrets });
  const reload = (): void => {
    const devices = probed(campus());
    const ids = new Set(devices.map(({ id }) => id));
    for (const id of states.keys()) if (!ids.has(id)) states.delete(id);
    probes.set(devices);
    recorders.set(devices);
    receivers.reload();
  };
  return {
    reload,
    states: () => [...states.values()].map((state) => withWords(state, recorders.said(state.device))),
    figures() {
      const { blind, ...counted } = probes.figures();
      return {
        ...counted,
        blind: Number(blind),
        streams_open: recorders.open(),
        streams_dropped: dropped,
        ...receivers.figures(),
      };
    },
    async close() {
      probes.close();
      recorders.close();
      await receivers.close();
    },
  };
}

/** What a Hikvision recorder said that still counts, as the codec calls it: after a restart the codec has forgotten. */
function standingOf({ config }: CampusInForce, judgement: Pick<Judgement, 'latest'>, address: string): string[] {
  const isNow = (device: string, metric: string, value: number): boolean =>
    judgement.latest({ device }).some((one) => one.metric === metric && one.value === value);
  return [...config.registry.devices.values()].flatMap(({ id, profile, address: own = id }) => {
    if (profile !== 'hikvision-isapi') return [];
    if (own === address) return isNow(id, 'device_alert', 1) ? ['store'] : [];
    return own.startsWith(`${address}/ch`) && isNow(id, 'camera_recording', 0) ? [`recording ${own}`] : [];
  });
}

function probed(campus: CampusInForce): readonly DeviceConfig[] {
  return campus.config.registry.inUse.filter(({ probe }) => probe !== undefined);
}

function withWords(state: ProbeState, said: Text | undefined): ProbeState {
  if (said === undefined) return state;
  const { zh, en } = state.evidence;
  return { ...state, evidence: { zh: `${zh}；${said.zh}`, en: `${en}; ${said.en}` } };
}

/** A probe tells whether the device can be reached, and what its clock says. Whether anything is recorded it cannot know. */
function readingsOf({ kind }: DeviceConfig, { device, at, online, clockSkewS }: ProbeResult): Reading[] {
  const one = (metric: string, value: number): Reading => ({ device, metric, ts: at, value, flags: 0, receivedAt: at });
  return [
    one('online', Number(online)),
    ...(kind === 'camera' ? [one('camera_online', Number(online))] : []),
    ...(kind === 'camera' && clockSkewS !== undefined ? [one('camera_clock_skew_s', clockSkewS)] : []),
  ];
}
