/** Hikvision event streams as cameras and recorders write them, over a socket to the decoder. */
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { device as deviceSchema } from '#contract/config/devices.ts';
import { HOLD_MS } from '../../src/decode/codecs/hikvision-standing.ts';
import type { Decoder, QuarantineNote } from '../../src/decode/decoder.ts';
import { followRecorders } from '../../src/follow-recorders.ts';
import { STREAM_PATH } from '../../src/probe/follow-hikvision.ts';
import { frameFrom } from '../../src/probe/probe-frame.ts';
import { manualClock } from '../../src/shared/clock.ts';
import type { Frame } from '../../src/shared/frame.ts';
import { campusDecoder } from '../decode/campus.ts';
import { QUIET } from '../integration/quiet-log.ts';
import { waitFor } from '../wait-for.ts';
import { httpDevice } from './fake-camera.ts';

const HOST = '192.168.1.203';
const AT = Date.parse('2026-03-02T08:00:00+08:00');
const profile = 'hikvision-isapi';

const event = (type: string, state: 'active' | 'inactive', channel: number, count: number): string =>
  `<EventNotificationAlert version="2.0"><ipAddress>10.0.0.9</ipAddress><channelID>${channel}</channelID><activePostCount>${count}</activePostCount><eventType>${type}</eventType><eventState>${state}</eventState></EventNotificationAlert>`;
const heartbeat = (channel: number): string => event('videoloss', 'inactive', channel, 0);

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

interface Rig {
  tell(document: string): void;
  frames: Frame[];
  readonly clock: ReturnType<typeof manualClock>;
  said(metric: string, device?: string): number[];
  readonly quarantine: QuarantineNote[];
  heard(): string[];
  streams(): number;
}

/** A recorder on the loopback whose stream is followed, and a decoder behind it. */
async function rig(decoder: Decoder, openEveryMs = 3_600_000, standing: readonly string[] = []): Promise<Rig> {
  const opened: ServerResponse[] = [];
  const recorder = await httpDevice(({ url }, response) => {
    if (url !== STREAM_PATH) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'multipart/mixed; boundary=b' }).flushHeaders();
    opened.push(response);
  });
  const clock = manualClock(AT);
  const frames: Frame[] = [];
  const readings: { metric: string; device: string; value: number }[] = [];
  const quarantine: QuarantineNote[] = [];
  const heard: string[] = [];
  const secrets = { HOUQIN_PROBE_NVR: 'admin:secret' };
  const take = (frame: Frame): void => {
    const decoded = decoder.decode(frame);
    readings.push(...decoded.readings);
    quarantine.push(...decoded.quarantine);
    heard.push(...decoded.heard);
    frames.push(frame);
  };
  const recorders = followRecorders({ clock, log: QUIET, secrets, take, openEveryMs, standing: () => standing });
  open.push(recorder, recorders);
  const hikvision = { port: recorder.port, credential: 'NVR' };
  const entry = { id: 'it', name: '录', kind: 'nvr', place: 'p', profile, address: HOST, intervalS: 60 };
  recorders.set([deviceSchema.parse({ ...entry, probe: { host: '127.0.0.1', hikvision } })]);
  await waitFor(() => expect(recorders.open()).toBe(1), 3_000);
  return {
    ...{ frames, clock, quarantine, heard: () => heard, streams: () => opened.length },
    tell: (document) => void opened.at(-1)?.write(`--b\r\nContent-Type: application/xml\r\n\r\n${document}\r\n`),
    said: (metric, device = 'it') =>
      readings.filter((one) => one.metric === metric && one.device === device).map(({ value }) => value),
  };
}

const decoderOf = (...more: { id: string; kind: string; address: string }[]): Decoder =>
  campusDecoder([{ id: 'it', kind: 'camera', address: HOST }, ...more].map((one) => ({ ...one, profile })));

describe('h01: the heartbeat of a camera names its channel', () => {
  it.each([0, 1])('channelID %i: the device is online, and no stranger comes of it', async (channel) => {
    const one = await rig(decoderOf());
    one.tell(heartbeat(channel));
    await waitFor(() => expect(one.said('online')).toEqual([1]));
    expect(one.quarantine).toEqual([]);
    expect(one.heard()).toEqual(['it']);
  });

  it('a channel that devices.yaml has is there by it, and one that was lost is back', async () => {
    const one = await rig(decoderOf({ id: 'ch1', kind: 'camera', address: `${HOST}/ch1` }));
    one.tell(heartbeat(1));
    await waitFor(() => expect(one.said('camera_online', 'ch1')).toEqual([1]));
    one.tell(event('videoloss', 'active', 1, 1));
    one.tell(heartbeat(1));
    await waitFor(() => expect(one.said('camera_online', 'ch1')).toEqual([1, 0, 1]));
    expect(one.quarantine).toEqual([]);
  });
});

/** Documents at times of their own, as they would come from the stream. */
function played(decoder: Decoder): (atMs: number, document: string) => string[] {
  return (atMs, document) =>
    decoder
      .decode(frameFrom({ topic: `http:${STREAM_PATH}`, payload: Buffer.from(document), at: AT + atMs, from: HOST }))
      .readings.filter(({ metric }) => metric !== 'online')
      .map(({ device, metric, value }) => `${device} ${metric} ${value}`);
}
const channel2 = { id: 'ch2', kind: 'camera', address: `${HOST}/ch2` };
const S = 1_000;

describe('h02: events that are only ever said to be active', () => {
  it.each([
    ['diskerror', 0, ['it device_alert 1'], ['it device_alert 0']],
    ['recordingfailure', 2, ['ch2 camera_recording 0'], ['ch2 camera_recording 1']],
  ])('%s ends when it is not repeated while the stream is open', (type, channel, active, ended) => {
    const hear = played(decoderOf(channel2));
    expect(hear(0, event(type, 'active', channel, 1))).toEqual(active);
    const said: [number, string][] = [];
    for (let at = 10 * S; at <= 2 * HOLD_MS; at += 10 * S)
      for (const one of hear(at, heartbeat(0))) said.push([at, one]);
    expect(said).toEqual([[HOLD_MS, ended[0]]]);
  });

  it.each([60, 300, 900])(
    'one that is repeated every %i s stays: it ends once at most before its pauses are known',
    (every) => {
      const hear = played(decoderOf());
      const said: string[] = [];
      for (let at = 0; at <= 6 * 3_600 * S; at += 10 * S)
        said.push(...hear(at, at % (every * S) === 0 ? event('diskerror', 'active', 0, 1) : heartbeat(0)));
      expect(said.filter((one) => one.endsWith(' 0')).length).toBe(every * S < HOLD_MS ? 0 : 1);
      expect(said.at(-1)).toBe('it device_alert 1');
    },
  );

  it('time in which the stream was gone does not count', () => {
    const hear = played(decoderOf());
    hear(0, event('diskfull', 'active', 0, 1));
    expect(hear(3 * HOLD_MS, heartbeat(0))).toEqual([]);
    expect(hear(3 * HOLD_MS + 10 * S, event('diskfull', 'inactive', 0, 0))).toEqual(['it device_alert 0']);
  });

  it('ends on a stream that is open and silent too, which is no sign of life of the device', async () => {
    const one = await rig(decoderOf(), 20);
    one.tell(event('diskerror', 'active', 0, 1));
    await waitFor(() => expect(one.said('device_alert')).toEqual([1]));
    const before = one.heard().length;
    await waitFor(() => expect(one.frames.length).toBeGreaterThan(3));
    expect(one.heard()).toHaveLength(before);
    const timer = setInterval(() => one.clock.set(one.clock.now() + 60 * S), 20);
    open.push({ close: () => clearInterval(timer) });
    await waitFor(() => expect(one.said('device_alert')).toEqual([1, 0]), 5_000);
    expect(one.quarantine).toEqual([]);
    expect(one.said('online')).toEqual([]);
  });
});

it('what was said before a restart ends by silence too', async () => {
  const standing = ['store', `recording ${HOST}/ch2`];
  const one = await rig(decoderOf(channel2), 20, standing);
  await waitFor(() => expect(one.frames.length).toBeGreaterThan(2));
  expect(one.said('device_alert')).toEqual([]);
  const timer = setInterval(() => one.clock.set(one.clock.now() + 60 * S), 20);
  open.push({ close: () => clearInterval(timer) });
  await waitFor(() => expect(one.said('device_alert')[0]).toBe(0), 5_000);
  expect(one.said('camera_recording', 'ch2')[0]).toBe(1);
});

it('a stream that wants https is named, and what to write', async () => {
  const device = await httpDevice((_request, response) => {
    response.writeHead(302, { location: 'https://127.0.0.1/ISAPI/Event/notification/alertStream' }).end();
  });
  const recorders = followRecorders({
    ...{ clock: manualClock(AT), log: QUIET, take: () => {} },
    secrets: { HOUQIN_PROBE_NVR: 'admin:secret' },
  });
  open.push(device, recorders);
  const hikvision = { port: device.port, credential: 'NVR' };
  const entry = { id: 'it', name: '录', kind: 'nvr', place: 'p', profile, address: HOST, intervalS: 60 };
  recorders.set([deviceSchema.parse({ ...entry, probe: { host: '127.0.0.1', hikvision } })]);
  await waitFor(() => expect(recorders.said('it')?.en).toContain('wants https: write tls: true'), 3_000);
});
