import { describe, expect, test } from 'vitest';
import { FLAG_BITS } from '#contract/readings.ts';
import { AT, campusDecoder, frame, oneRule } from './campus.ts';

const door = { id: 'door-1', kind: 'door', profile: 'zigbee2mqtt', address: 'gate_east/door' };
const open = { contact: false, linkquality: 70 };

describe('readings', () => {
  test('an address becomes a device, arrival the time of a message without one', () => {
    const result = campusDecoder([door]).decode(frame('zigbee2mqtt/gate_east/door', open));
    expect(result.readings[0]).toEqual({
      device: 'door-1',
      metric: 'door_open',
      ts: AT,
      value: 1,
      flags: FLAG_BITS.untimed,
      receivedAt: AT,
    });
    expect(result).toMatchObject({ heard: ['door-1'], quarantine: [], ignored: false });
  });

  test('an address is looked up as the id when a device names none', () => {
    const result = campusDecoder([{ id: 'pow1', profile: 'tasmota' }]).decode(frame('tele/pow1/LWT', 'Online'));
    expect(result.readings).toMatchObject([{ device: 'pow1', metric: 'online', value: 1 }]);
  });

  test('an unknown device goes to quarantine, with profile and address, and makes no reading', () => {
    const result = campusDecoder([]).decode(frame('zigbee2mqtt/gate_east/door', open));
    expect(result.readings).toEqual([]);
    expect(result.heard).toEqual([]);
    expect(result.quarantine).toMatchObject([
      { reason: 'unknown-device', profile: 'zigbee2mqtt', address: 'gate_east/door' },
    ]);
  });

  test('a topic that nobody has is not read, so that nothing is remembered by it', () => {
    const whole = `tele/${'x'.repeat(1_014)}/LWT`;
    const { decode } = campusDecoder([door]);
    expect(decode(frame(whole, 'Online'))).toMatchObject({ quarantine: [{ profile: 'tasmota' }] });
    expect(decode(frame(`x${whole}xx`, 'Online'))).toMatchObject({
      ...{ readings: [], heard: [] },
      quarantine: [{ reason: 'too-large', detail: 'a topic of 1026 characters', profile: undefined }],
    });
  });

  test('of several devices in one message the known ones are taken', () => {
    const decoder = campusDecoder([
      { id: 'cam-1', kind: 'camera', profile: 'frigate', address: 'a' },
      { id: 'cam-2', kind: 'camera', profile: 'frigate', address: 'b' },
    ]);
    const result = decoder.decode(
      frame('frigate/stats', { cameras: { a: { camera_fps: 5 }, b: { camera_fps: 0 }, c: { camera_fps: 5 } } }),
    );
    expect(result.readings.map(({ device, metric, value }) => `${device} ${metric} ${value}`)).toEqual([
      'cam-1 camera_fps 5',
      'cam-1 camera_online 1',
      'cam-2 camera_fps 0',
      'cam-2 camera_online 0',
    ]);
    expect(result.heard).toEqual(['cam-1']);
    expect(result.quarantine.map(({ address }) => address)).toEqual(['frigate', 'c']);
  });
});

describe('signs of life', () => {
  const heard = (topic: string, payload: unknown, more = {}) =>
    campusDecoder([
      door,
      { id: 'cam', profile: 'frigate', address: 'yard' },
      { id: 'plug', profile: 'shelly-gen2', address: 'plug-1' },
    ]).decode(frame(topic, payload, more)).heard;

  test.each([
    ['a state', 'zigbee2mqtt/gate_east/door', open, {}, ['door-1']],
    [
      'a state of which nothing is known',
      'zigbee2mqtt/gate_east/door',
      { update: {}, linkquality: 1e9 },
      {},
      ['door-1'],
    ],
    ['available', 'zigbee2mqtt/gate_east/door/availability', { state: 'online' }, {}, ['door-1']],
    ['not available', 'zigbee2mqtt/gate_east/door/availability', { state: 'offline' }, {}, []],
    ['a command', 'zigbee2mqtt/gate_east/door/set', { state: 'ON' }, {}, []],
    ['a replayed message', 'zigbee2mqtt/gate_east/door', open, { replayed: true }, []],
    ['a will', 'zigbee2mqtt/gate_east/door', open, { will: true }, []],
    ['a camera switched off', 'frigate/yard/status/detect', 'disabled', {}, []],
    [
      'a camera of which the recorder knows no rate',
      'frigate/stats',
      { cameras: { yard: { camera_fps: null } } },
      {},
      [],
    ],
    [
      'a notification without a value',
      'plug-1/events/rpc',
      { method: 'NotifyStatus', params: { sys: {} } },
      {},
      ['plug'],
    ],
    ['a picture', 'frigate/yard/status/detect', 'online', {}, ['cam']],
  ])('%s', (_name, topic, payload, more, wanted) => {
    expect(heard(topic, payload, more)).toEqual(wanted);
  });
});

describe('flags', () => {
  const meter = { id: 'm', kind: 'electricity-meter', intervalS: 60 };
  const flagsOf = (ts: unknown, more = {}) => {
    const [reading] = campusDecoder([meter]).decode(
      frame('campus/v1/main/m/readings', { ts, power_w: 1 }, more),
    ).readings;
    return [reading === undefined ? undefined : reading.ts - AT, reading?.flags];
  };

  test.each([
    ['no time', undefined, 0, FLAG_BITS.untimed],
    ['null', null, 0, FLAG_BITS.untimed],
    ['now', AT, 0, 0],
    ['two intervals ago', AT - 120_000, -120_000, 0],
    ['older than two intervals', AT - 120_001, -120_001, FLAG_BITS.late],
    ['31 days ago', AT - 31 * 86_400_000, -31 * 86_400_000, FLAG_BITS.late],
    ['older than 31 days', AT - 31 * 86_400_000 - 1, 0, FLAG_BITS.clock],
    ['ten minutes ahead', AT + 600_000, 600_000, 0],
    ['more than ten minutes ahead', AT + 600_001, 0, FLAG_BITS.clock],
    ['a time that cannot be read', 'yesterday', 0, FLAG_BITS.clock],
    ['a local time', '2026-03-02T08:00:00', 0, FLAG_BITS.clock],
    ['with offset', '2026-03-02T07:59:30+08:00', -30_000, 0],
  ])('%s', (_name, ts, by, flags) => {
    expect(flagsOf(ts)).toEqual([by, flags]);
  });

  test('replayed', () => {
    expect(flagsOf(AT - 1_000_000, { replayed: true })).toEqual([-1_000_000, FLAG_BITS.late | FLAG_BITS.replayed]);
  });

  test('a clock that a profile does not take for one leaves no flag but untimed', () => {
    const decoder = campusDecoder([{ id: 'pow1', profile: 'tasmota' }]);
    const [reading] = decoder.decode(
      frame('tele/pow1/SENSOR', { Time: '2018-02-15T17:37:10', ENERGY: { Power: 1 } }),
    ).readings;
    expect(reading).toMatchObject({ ts: AT, flags: FLAG_BITS.untimed });
  });

  test('a profile time outside the admitted span counts as a wrong clock', () => {
    const decoder = campusDecoder([{ id: 's', profile: 'shelly-gen2', address: 's-1' }]);
    const [reading] = decoder.decode(
      frame('s-1/events/rpc', { method: 'NotifyStatus', params: { ts: 1757060280, 'switch:0': { apower: 1 } } }),
    ).readings;
    expect(reading).toMatchObject({ ts: AT, flags: FLAG_BITS.clock });
  });
});

describe('quarantine', () => {
  const decoder = campusDecoder([door]);
  test.each([
    ['a topic nobody knows', 'some/where', '1', 'unknown-topic'],
    ['a broken payload', 'zigbee2mqtt/gate_east/door', '{"contact":', 'bad-payload'],
    ['a value out of range', 'zigbee2mqtt/gate_east/door', { contact: false, battery: 255 }, 'bad-value'],
    ['a payload over 64 KiB', 'zigbee2mqtt/gate_east/door', 'x'.repeat(65_537), 'too-large'],
    ['a topic of a foreign system', '$SYS/broker/online', 'true', 'unknown-topic'],
    ['an endless topic', `${'a/'.repeat(600)}online`, 'true', 'too-large'],
  ])('%s', (_name, topic, payload, reason) => {
    expect(decoder.decode(frame(topic, payload)).quarantine.map((note) => note.reason)).toEqual([reason]);
  });

  test('what is ignored is not quarantined', () => {
    for (const [topic, payload] of [
      ['zigbee2mqtt/bridge/definitions', '['.repeat(200_000)],
      ['tele/x/INFO1', '{"Info1":{}}'],
      ['shellies/announce', '{}'],
      ['frigate/yard/person/snapshot', Buffer.alloc(300_000, 0xff)],
    ] as const) {
      expect(decoder.decode(frame(topic, payload))).toEqual({
        readings: [],
        heard: [],
        quarantine: [],
        ignored: true,
        dedup: undefined,
        replies: [],
        proposals: [],
      });
    }
  });

  test('a device list over its own limit is too large', () => {
    expect(decoder.decode(frame('zigbee2mqtt/bridge/devices', ' '.repeat(262_145))).quarantine).toMatchObject([
      { reason: 'too-large' },
    ]);
  });
});

describe('two profiles on one topic', () => {
  const first = oneRule('match: "tele/{device}/SENSOR"\nemit: [{metric: power_w, path: P}]', 'first');
  const second = oneRule('match: "tele/{device}/SENSOR"\nemit: [{metric: power_w, path: P, scale: 1000}]', 'second');

  test('the one that knows the device has the message', () => {
    const decoder = campusDecoder(
      [
        { id: 'a', profile: 'first' },
        { id: 'b', profile: 'second' },
      ],
      [first, second],
    );
    expect(decoder.decode(frame('tele/a/SENSOR', { P: 2 })).readings).toMatchObject([{ device: 'a', value: 2 }]);
    expect(decoder.decode(frame('tele/b/SENSOR', { P: 2 })).readings).toMatchObject([{ device: 'b', value: 2_000 }]);
    expect(decoder.decode(frame('tele/c/SENSOR', { P: 2 })).quarantine).toMatchObject([
      { reason: 'unknown-device', address: 'c' },
    ]);
  });

  test('literal levels go before captures', () => {
    const general = oneRule('match: "{device}/status/{part}"\nemit: [{metric: power_w, path: P}]', 'general');
    const special = oneRule('match: "nvr/{device}/detect"\nemit: [{metric: power_w, path: P}]', 'special');
    const decoder = campusDecoder([], [general, special]);
    expect(decoder.trace(frame('nvr/status/detect', { P: 1 })).profile).toBe('special');
    expect(decoder.trace(frame('other/status/detect', { P: 1 })).profile).toBe('general');
  });
});

describe('a profile that only fails', () => {
  const bad = (at: number) => frame('zigbee2mqtt/gate_east/door', 'garbage', { at });

  test('is switched off after 100 failures in a row within a minute', () => {
    const decoder = campusDecoder([door]);
    for (let n = 0; n < 99; n += 1) decoder.decode(bad(AT + n * 500));
    expect(decoder.health().find(({ id }) => id === 'zigbee2mqtt')).toMatchObject({ failed: 99, disabled: false });
    decoder.decode(bad(AT + 50_000));
    expect(decoder.health().find(({ id }) => id === 'zigbee2mqtt')).toMatchObject({
      failed: 100,
      disabled: true,
      disabledAt: AT + 50_000,
    });
    expect(decoder.decode(frame('zigbee2mqtt/gate_east/door', open)).quarantine).toMatchObject([
      { reason: 'profile-disabled', profile: 'zigbee2mqtt' },
    ]);
    expect(decoder.decode(frame('tele/pow1/LWT', 'Online')).quarantine).toMatchObject([{ reason: 'unknown-device' }]);
  });

  test('stays on when one message in between is understood, or when the failures are spread', () => {
    const decoder = campusDecoder([door]);
    for (let n = 0; n < 150; n += 1) decoder.decode(n === 75 ? frame('zigbee2mqtt/gate_east/door', open) : bad(AT));
    for (let n = 0; n < 300; n += 1) decoder.decode(bad(AT + 100_000 + n * 1_000));
    expect(decoder.health().find(({ id }) => id === 'zigbee2mqtt')).toMatchObject({ decoded: 1, disabled: false });
  });

  test('strangers who send garbage on its topics do not switch it off', () => {
    const decoder = campusDecoder([door]);
    for (let n = 0; n < 200; n += 1) decoder.decode(frame('zigbee2mqtt/stranger', 'garbage'));
    for (let n = 0; n < 200; n += 1) decoder.decode(frame('some/thing/online', 'yes'));
    expect(decoder.health().filter(({ failed }) => failed > 0)).toEqual([]);
  });

  test('unknown devices are no failure of the profile', () => {
    const decoder = campusDecoder([]);
    for (let n = 0; n < 200; n += 1) decoder.decode(frame(`zigbee2mqtt/x${n}`, open));
    expect(decoder.health().find(({ id }) => id === 'zigbee2mqtt')).toMatchObject({ decoded: 200, failed: 0 });
  });
});

test('the policy of a topic', () => {
  const decoder = campusDecoder([]);
  expect(decoder.topicPolicy('zigbee2mqtt/bridge/devices')).toEqual({ maxBytes: 262_144, retainable: true });
  expect(decoder.topicPolicy('shellypro-1/events/rpc')).toEqual({ maxBytes: 65_536, retainable: false });
  expect(decoder.topicPolicy('campus/v1/main/m/status')).toEqual({ maxBytes: 65_536, retainable: true });
  expect(decoder.topicPolicy('campus/v1/main/m/readings')).toEqual({ maxBytes: 65_536, retainable: false });
});

test('a key of the message itself is handed on, not judged', () => {
  const decoder = campusDecoder(
    [{ id: 'd', profile: 'one' }],
    [oneRule('dedup: key\nemit: [{metric: power_w, path: v}]')],
  );
  const message = frame('t/d', { key: 'k-1', v: 1 });
  expect(decoder.decode(message).dedup).toBe('one k-1');
  expect(decoder.decode(message).readings).toHaveLength(1);
});

test('a value nobody has said the meaning of yet is a sign of life all the same', () => {
  const decoder = campusDecoder([{ id: 'sub', profile: 'huawei-iotda', address: 'sub-1' }]);
  const services = [{ service_id: 'Room', properties: { lux: 300 } }];
  const report = frame('$oc/devices/gw/sys/gateway/sub_devices/properties/report', {
    devices: [{ device_id: 'sub-1', services }],
  });
  expect(decoder.decode(report)).toMatchObject({ readings: [], heard: ['sub'], quarantine: [] });
});
