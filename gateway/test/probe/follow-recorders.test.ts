/** What the log hears of recorders. */
import { afterEach, expect, it } from 'vitest';
import { device as deviceSchema } from '#contract/config/devices.ts';
import { followRecorders } from '../../src/follow-recorders.ts';
import { STREAM_PATH } from '../../src/probe/follow-hikvision.ts';
import { manualClock } from '../../src/shared/clock.ts';
import type { Frame } from '../../src/shared/frame.ts';
import { rememberingLog } from '../integration/quiet-log.ts';
import { waitFor } from '../wait-for.ts';
import { httpDevice } from './fake-camera.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

it('a recorder that hangs up after every event is followed, and told once', async () => {
  const device = await httpDevice(({ url }, response) => {
    if (url !== STREAM_PATH) response.writeHead(404).end();
    else response.end('<EventNotificationAlert><channelID>1</channelID></EventNotificationAlert>');
  });
  const log = rememberingLog();
  const frames: Frame[] = [];
  const secrets = { HOUQIN_PROBE_NVR: 'admin:secret' };
  const recorders = followRecorders({ clock: manualClock(0), log, secrets, take: (frame) => void frames.push(frame) });
  open.push(device, recorders);
  const hikvision = { port: device.port, credential: 'NVR' };
  const nvr = deviceSchema.parse({
    ...{ id: 'nvr-1', name: '录像机', kind: 'nvr', place: 'gate', intervalS: 60, profile: 'hikvision-isapi' },
    probe: { host: '127.0.0.1', hikvision },
  });
  recorders.set([nvr]);
  await waitFor(() => expect(frames.length).toBeGreaterThanOrEqual(3), 8_000);
  expect(log.lines.length).toBeLessThanOrEqual(2);
  expect(log.lines[0]).toContain('event stream open');
});
