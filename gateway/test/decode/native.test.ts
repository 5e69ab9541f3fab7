import { describe, expect, test } from 'vitest';
import { AT, campusDecoder, frame } from './campus.ts';

const decoder = campusDecoder([
  { id: 'm1', kind: 'electricity-meter', site: 'main' },
  { id: 'cam-1', kind: 'camera' },
  { id: 'door-1', kind: 'door', profile: 'zigbee2mqtt', address: 'x' },
]);
const decode = (topic: string, payload: unknown) => {
  const result = decoder.decode(frame(`campus/v1/${topic}`, payload));
  return {
    got: result.readings.map(({ metric, value, ts }) => `${metric}=${value}${ts === AT ? '' : `@${ts - AT}`}`),
    bad: result.quarantine.map(({ reason, detail }) => `${reason}: ${detail}`),
    heard: result.heard,
    ignored: result.ignored,
  };
};

describe('readings', () => {
  test('every key but ts is a metric, booleans are 0 and 1, null is unknown', () => {
    const { got, bad } = decode('main/m1/readings', {
      ts: AT - 5,
      energy_total_kwh: 12.5,
      power_w_l1: -3,
      online: true,
      voltage_v: null,
      current_a: '',
    });
    expect(got).toEqual(['energy_total_kwh=12.5@-5', 'power_w_l1=-3@-5', 'online=1@-5']);
    expect(bad).toEqual([]);
  });

  test('an array of objects, each with its own time; a bad item spoils only itself', () => {
    const { got, bad } = decode('main/m1/readings', [{ ts: AT - 60_000, power_w: 1 }, 7, { power_w: 2 }]);
    expect(got).toEqual(['power_w=1@-60000', 'power_w=2']);
    expect(bad).toEqual(['bad-payload: item 1 is not an object']);
  });

  test('a key that is no metric and a value that is no number are named, the rest is taken', () => {
    const { got, bad } = decode('main/m1/readings', {
      power: 1,
      power_w: '5',
      voltage_v: 1e9,
      current_a: 2,
      door_open: 2,
    });
    expect(got).toEqual(['current_a=2']);
    expect(bad).toEqual([
      'bad-value: unknown metric power',
      'bad-value: power_w: 5',
      'bad-value: voltage_v: 1000000000',
      'bad-value: door_open: 2',
    ]);
  });

  test.each([
    ['a number', '5'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['broken', '{"power_w":'],
    ['not a number and broken', '{"power_w":NaN'],
  ])('%s is no reading', (_name, payload) => {
    const { got, bad, heard } = decode('main/m1/readings', payload);
    expect(got).toEqual([]);
    expect(bad).toHaveLength(1);
    expect(bad[0]).toMatch(/^bad-payload/);
    expect(heard).toEqual(['m1']);
  });

  test('more than 1,000 values: nothing is taken', () => {
    const { got, bad } = decode(
      'main/m1/readings',
      Array.from({ length: 1_001 }, () => ({ power_w: 1 })),
    );
    expect(got).toEqual([]);
    expect(bad).toEqual(['too-large: more than 1000 values in one message']);
  });
});

describe('heartbeat', () => {
  test('1 means alive; for a camera the picture too', () => {
    expect(decode('main/m1/heartbeat', '1').got).toEqual(['online=1']);
    expect(decode('any/cam-1/heartbeat', '1').got).toEqual(['online=1', 'camera_online=1']);
  });

  test('short names, metrics, a report about itself; what is no metric is left alone', () => {
    const { got, bad } = decode('any/cam-1/heartbeat', {
      ts: AT - 1,
      status: 'error',
      fps: 25,
      rec: false,
      storage_days: 29,
      uptime_s: 5,
      fw: 'v1',
    });
    expect(got).toEqual([
      'online=1@-1',
      'camera_online=1@-1',
      'device_alert=1@-1',
      'camera_fps=25@-1',
      'camera_recording=0@-1',
      'storage_days=29@-1',
    ]);
    expect(bad).toEqual([]);
  });

  test('a camera may say itself that it has no picture', () => {
    expect(decode('any/cam-1/heartbeat', { camera_online: false }).got).toEqual(['online=1', 'camera_online=0']);
  });

  test('a word for status that nobody knows is not guessed', () => {
    expect(decode('any/cam-1/heartbeat', { status: 'soso' }).bad).toEqual(['bad-value: status: soso']);
  });

  test.each(['0', 'hello', '[1]', '"1"'])('%s is no heartbeat', (payload) => {
    expect(decode('any/cam-1/heartbeat', payload)).toMatchObject({
      got: [],
      bad: [expect.stringMatching(/^bad-payload/)],
    });
  });
});

describe('status', () => {
  test('online and offline; offline is no sign of life and says nothing about the picture', () => {
    expect(decode('any/cam-1/status', 'online')).toMatchObject({ got: ['online=1'], heard: ['cam-1'] });
    expect(decode('any/cam-1/status', 'offline')).toMatchObject({ got: ['online=0'], heard: [] });
  });

  test('an empty payload clears the retained status', () => {
    expect(decode('any/cam-1/status', '')).toEqual({ got: [], bad: [], heard: [], ignored: true });
  });

  test('any other word is a bad payload', () => {
    expect(decode('any/cam-1/status', 'maybe').bad).toEqual(['bad-payload: status is online or offline, not maybe']);
  });
});

describe('topics', () => {
  test('a device that is decoded by a profile may also speak natively', () => {
    expect(decode('main/door-1/readings', { door_open: 1 }).got).toEqual(['door_open=1']);
  });

  test('the site must be the one of the device', () => {
    expect(decode('west/m1/readings', { power_w: 1 })).toMatchObject({
      got: [],
      bad: ['unknown-device: device m1 belongs to site main, not west'],
    });
  });

  test('a device nobody has configured', () => {
    expect(decode('main/m9/readings', { power_w: 1 })).toMatchObject({
      got: [],
      heard: [],
      bad: [expect.stringMatching(/^unknown-device/)],
    });
  });

  test.each(['main/m1', 'main/m1/other', 'main/M1/readings', 'main/m1/readings/x', '/m1/readings'])(
    '%s is no native topic',
    (topic) => {
      expect(decode(topic, { power_w: 1 }).bad).toEqual([expect.stringMatching(/^unknown-topic/)]);
    },
  );

  test('commands are ours, not theirs', () => {
    expect(decode('main/m1/cmd', 'x').ignored).toBe(true);
  });
});
