/** The event streams of the recorders in devices.yaml, as it has them now. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Text } from '#contract/enums.ts';
import { type Following, followHikvision, STREAM_PATH } from './probe/follow-hikvision.ts';
import { hikvisionPort } from './probe/probe-device.ts';
import { frameFrom } from './probe/probe-frame.ts';
import { readCredential } from './probe/read-credential.ts';
import { probeEveryS } from './probe/run-probes.ts';
import type { Clock } from './shared/clock.ts';
import type { Frame } from './shared/frame.ts';
import type { Log } from './shared/log.ts';

export interface RecorderParts {
  /** How often an open stream is said to be open, ms. */
  readonly openEveryMs?: number;
  /** What still counts as said by the recorder at this address: `store` for its disks, `recording <address>` for a channel. */
  standing?(address: string): readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly secrets: Readonly<Record<string, string | undefined>>;
  take(frame: Frame): void;
}

export interface Recorders {
  /** Streams of devices that stayed as they were go on; the others are opened, or opened anew. */
  set(devices: readonly DeviceConfig[]): void;
  /** How it stands with the stream of a device, in words; undefined when it has none. */
  said(device: string): Text | undefined;
  /** How many are open. */
  open(): number;
  close(): void;
}

interface Stream {
  readonly version: string;
  /** We know whom we asked: what a document calls itself may be the address of another interface. */
  readonly from: string;
  following: Following | undefined;
  open: boolean;
  said: Text;
  /** When each sentence was last logged, monotonic ms. */
  readonly logged: Map<string, number>;
}

const CHANNELS_MIN_MS = 30_000;
/** Events that are only ever said to be active end by silence, which has to be seen: newer firmware sends no heartbeats. */
const OPEN_EVERY_MS = 30_000;
const MAX_STANDING = 128;

/** Our own sign that a stream is open, with what its recorder said that still counts. */
function streamOpen(standing: readonly string[]): Buffer {
  const names = standing
    .filter((name) => /^[\w .:/-]{1,280}$/.test(name))
    .map((name) => `<standing>${name}</standing>`);
  return Buffer.from(
    `<EventNotificationStream><state>open</state>${names.slice(0, MAX_STANDING).join('')}</EventNotificationStream>`,
  );
}
/** A recorder that hangs up after every event is opened again every second: the log is not told each time. */
const TOLD_AGAIN_MS = 600_000;
const OPENING: Text = { zh: '事件流正在连接', en: 'event stream: connecting' };

export function followRecorders(parts: RecorderParts): Recorders {
  const { clock, log, secrets, take, openEveryMs = OPEN_EVERY_MS, standing = () => [] } = parts;
  const streams = new Map<string, Stream>();
  const sayOpen = (): void => {
    for (const { open, from } of streams.values())
      if (open)
        take(frameFrom({ topic: `http:${STREAM_PATH}`, payload: streamOpen(standing(from)), at: clock.now(), from }));
  };
  const timer = setInterval(sayOpen, openEveryMs);
  timer.unref();

  const follow = (device: DeviceConfig, stream: Stream): Following | undefined => {
    const { probe } = device;
    if (probe?.hikvision === undefined) return undefined;
    const { credential, tls, basic } = probe.hikvision;
    const read = readCredential(credential, secrets);
    if (!read.ok) {
      stream.said = { zh: `事件流没有打开：${read.why.zh}`, en: `event stream not opened: ${read.why.en}` };
      log.warn({ device: device.id }, `${device.id}: ${stream.said.zh} / ${stream.said.en}`);
      return undefined;
    }
    const { from } = stream;
    const target = {
      ...{ host: probe.host, port: hikvisionPort(probe.hikvision), tls, timeoutMs: probe.timeoutMs },
      ...{
        credential: read.credential,
        basic,
        channelsEveryMs: Math.max(CHANNELS_MIN_MS, probeEveryS(device) * 1_000),
      },
    };
    return followHikvision(target, {
      document: (path, payload) => take(frameFrom({ topic: `http:${path}`, payload, at: clock.now(), from })),
      state: (open, said) => {
        const at = clock.monotonic();
        const isNews =
          said.en !== stream.said.en && at - (stream.logged.get(said.en) ?? -TOLD_AGAIN_MS) >= TOLD_AGAIN_MS;
        if (isNews) log.info({ device: device.id }, `${device.id}: ${said.zh} / ${said.en}`);
        if (isNews) stream.logged.set(said.en, at);
        stream.open = open;
        stream.said = said;
      },
    });
  };

  return {
    set(devices) {
      const wanted = devices.filter(({ probe }) => probe?.hikvision !== undefined);
      const versions = new Map(wanted.map((device) => [device.id, versionOf(device)]));
      for (const [id, { version, following }] of streams) {
        if (versions.get(id) === version) continue;
        following?.close();
        streams.delete(id);
      }
      for (const device of wanted) {
        if (streams.has(device.id)) continue;
        const version = versionOf(device);
        const from = device.address ?? device.probe?.host ?? device.id;
        const stream: Stream = { version, from, following: undefined, open: false, said: OPENING, logged: new Map() };
        streams.set(device.id, stream);
        stream.following = follow(device, stream);
      }
    },
    said: (device) => streams.get(device)?.said,
    open: () => [...streams.values()].filter(({ open }) => open).length,
    close() {
      clearInterval(timer);
      for (const { following } of streams.values()) following?.close();
      streams.clear();
    },
  };
}

const versionOf = ({ probe, address, intervalS }: DeviceConfig): string => JSON.stringify([probe, address, intervalS]);
