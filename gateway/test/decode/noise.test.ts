/** Topics on which nothing is said that anybody could want: neither quarantined nor strange, whoever sends them. */
import { describe, expect, test } from 'vitest';
import { campusDecoder, ENDLESS, frame } from './campus.ts';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46]);
const NOISE: readonly (readonly [topic: string, payload: unknown])[] = [
  ...['info', 'groups', 'definitions', 'converters', 'extensions', 'health', 'logging', 'event', 'config', 'log'].map(
    (leaf) => [`zigbee2mqtt/bridge/${leaf}`, { level: 'info', message: 'x' }] as const,
  ),
  ['zigbee2mqtt/bridge/request/permit_join', { value: true }],
  ['zigbee2mqtt/bridge/response/device/rename', { status: 'ok' }],
  ['zigbee2mqtt/gate/lamp/set', { state: 'ON' }],
  ['zigbee2mqtt/gate/lamp/set/state', 'ON'],
  ['zigbee2mqtt/gate/lamp/get', { state: '' }],
  ['zigbee2mqtt/gate/lamp/update', { state: 'idle', installed_version: 1 }],
  ['zigbee2mqtt/gate/lamp/update', 'null'],
  ['zigbee2mqtt/gate/lamp/update/state', 'idle'],
  ['zigbee2mqtt/gate/lamp/color', { x: 0.3, y: 0.3 }],
  ['zigbee2mqtt/gate/lamp/color/x', '0.3'],
  ['zigbee2mqtt/gate/lamp/color_options', { execute_if_off: true }],
  ['zigbee2mqtt/gate/lamp/last_seen', '2026-03-02T08:00:00+08:00'],
  ['zigbee2mqtt/gate/lamp/action', 'toggle'],
  ['cmnd/plug/POWER', 'ON'],
  ['home/stat/plug/POWER1', 'ON'],
  ['a/b/plug/stat/RESULT', { POWER: 'ON' }],
  ['home/tele/plug/INFO2', { Info2: {} }],
  ['home/plug/stat/STATUS5', { StatusNET: { Hostname: 'plug' } }],
  ['home/plug/stat/POWER2', 'OFF'],
  ['plug/tele/LOGGING', '08:00:00 MQT: tele/plug/STATE'],
  ['node/fan/f/speed/state', '3'],
  ['node/climate/c/mode/state', 'heat'],
  ['node/climate/c/target_temperature/command', '21'],
  ['node/cover/c/position/state', '50'],
  ['node/text_sensor/version/state', '2026.1'],
  ['esphome/discover/node', { ip: '192.0.2.1' }],
  ['esphome/ping/node', ''],
  ['shellyplus1-a1/command/switch:0', 'on'],
  ['school/hall/command/switch:0', 'on'],
  ['shellyplus1-a1/announce', { id: 'shellyplus1-a1', mac: 'A1' }],
  ['plug/cmnd/Status', '0'],
  ['tele/plug/UPTIME', { Time: '2026-03-02T08:00:00', Uptime: '1T00:00:00' }],
  ['tele/plug/INFO1', { Info1: { Module: 'x', Version: '14.1' } }],
  ['stat/plug/RESULT', { POWER: 'ON' }],
  ['stat/plug/POWER', 'ON'],
  ['stat/plug/STATUS2', { StatusFWR: { Version: '14.1' } }],
  ['tasmota/discovery/AABBCC/config', { ip: '192.0.2.1' }],
  ['homeassistant/status', 'online'],
  ['node/debug', '[D][sensor:094]: x'],
  ['node/switch/relay/command', 'ON'],
  ['node/switch/relay/state', 'ON'],
  ['shellies/announce', { id: 'shelly1-A1', mac: 'A1' }],
  ['shellies/command', 'announce'],
  ['shellies/shelly1-A1/command', 'announce'],
  ['shellies/shelly1-A1/announce', { id: 'shelly1-A1' }],
  ['shellies/shelly1-A1/info', { wifi_sta: {} }],
  ['shellies/shelly1-A1/relay/0/command', 'on'],
  ['shellies/shelly1-A1/input/0', '0'],
  ['shellyplus1-a1/rpc', { id: 1, src: 'me', method: 'Shelly.GetStatus' }],
  ['shellyplus1-a1/command', 'status_update'],
  ['shellyplus1-a1/debug/log', 'shelly_notification:162 Status change'],
  ['me/rpc', { id: 1, src: 'shellyplus1-a1', dst: 'me', result: {} }],
  ['shellyplus1-a1/status/sys', { uptime: 5 }],
  ['shellyplus1-a1/status/script:1', { id: 1, running: true }],
  ['frigate/events', { type: 'new', before: {}, after: {} }],
  ['frigate/reviews', { type: 'new' }],
  ['frigate/yard/person/snapshot', JPEG],
  ['frigate/yard/person', '1'],
  ['frigate/yard/motion', 'ON'],
  ['frigate/yard/detect/set', 'OFF'],
  ['frigate/yard/detect/state', 'OFF'],
  ['frigate/yard/ptz', 'MOVE_UP'],
];

describe('of no interest', () => {
  const decoder = campusDecoder([], undefined, ENDLESS);
  test.each(NOISE)('%s', (topic, payload) => {
    expect(decoder.decode(frame(topic, payload))).toMatchObject({ quarantine: [], ignored: true });
  });
});

describe('the attributes of Zigbee2MQTT on topics of their own', () => {
  const door = { id: 'door-1', kind: 'door', profile: 'zigbee2mqtt', address: 'gate/door' };
  const bridge = [{ friendly_name: 'hall/door', type: 'EndDevice', definition: { model: 'X', exposes: [] } }];

  test('of a device that is registered or announced are of no interest', () => {
    const decoder = campusDecoder([door]);
    decoder.decode(frame('zigbee2mqtt/bridge/devices', bridge));
    for (const device of ['gate/door', 'hall/door'])
      for (const [attribute, value] of Object.entries({
        contact: 'false',
        battery: '90',
        update: '{"a"',
        color: '1,2,3',
      }))
        expect(decoder.decode(frame(`zigbee2mqtt/${device}/${attribute}`, value))).toMatchObject(
          attribute === 'update' ? {} : { quarantine: [], heard: [], readings: [], ignored: true },
        );
  });

  test('that have members of their own are of no interest, and none of the values of their device', () => {
    const decoder = campusDecoder([door], undefined, ENDLESS);
    for (const [topic, value] of [
      ['update', { state: 'idle' }],
      ['color', { x: 1 }],
      ['options', { measurement_interval: 5 }],
      ['device', { ieeeAddr: '0x1' }],
      ['update/state', 'idle'],
    ] as const)
      expect(decoder.decode(frame(`zigbee2mqtt/gate/door/${topic}`, value))).toMatchObject({
        quarantine: [],
        heard: [],
        readings: [],
      });
  });

  test('a device that is called like an attribute still is one', () => {
    const decoder = campusDecoder([{ ...door, address: 'hall/color' }]);
    const { readings } = decoder.decode(frame('zigbee2mqtt/hall/color', { contact: false, linkquality: 5 }));
    expect(readings).toContainEqual(expect.objectContaining({ metric: 'door_open', value: 1 }));
  });

  test('an unknown device whose name begins like that of another still appears', () => {
    const decoder = campusDecoder([door]);
    expect(
      decoder.decode(frame('zigbee2mqtt/gate/door/left', { contact: true, linkquality: 5 })).quarantine,
    ).toMatchObject([{ reason: 'unknown-device', address: 'gate/door/left' }]);
    expect(decoder.decode(frame('zigbee2mqtt/attic/door', { contact: true, linkquality: 5 })).quarantine).toHaveLength(
      1,
    );
  });

  test('are offered as an echo, for a device that says nothing else', () => {
    const decoder = campusDecoder([door], undefined, ENDLESS);
    expect(decoder.decode(frame('zigbee2mqtt/gate/door/contact', 'false')).unread).toEqual([
      { device: 'door-1', members: [{ name: 'contact', sample: 'false' }], read: [], used: [], isEcho: true },
    ]);
  });
});

describe('what could be a measurement is never of no interest, whatever the topic is called', () => {
  test.each([
    ['plant/line1/stat/STATUS', { power: 1200, energy: 5 }],
    ['plant/tele/line1/STATUS', { power: 1200, energy: 5 }],
    ['stat/line1/STATUS2', { power: 1200 }],
    ['tele/line1/UPTIME', { energy: 5 }],
    ['school/tele/meter1/POWER', '350'],
    ['school/tele/meter1/POWER2', '350 W'],
    ['stat/meter1/POWER', '350'],
    ['plant/line1/stat/RESULT', { energy_kwh: 12 }],
    ['stat/line1/RESULT', { POWER: 350 }],
    ['tele/meter1/pump/flow', '12.5'],
    ['meter1/tele/LOGGING', '21.5'],
    ['tasmota/discovery/meter1', { power: 5 }],
    ['node/climate/room/current_temperature/state', '21.5'],
    ['node/text_sensor/power/state', '350 W'],
    ['node/text_sensor/power/state', '350'],
    ['node/number/power/state', '350'],
    ['node/light/hall/state', { lux: 300 }],
    ['node/debug', { power: 5 }],
    ['node/debug', '21.5'],
    ['meter/log', '21.5'],
    ['esphome/ping/temperature', '21'],
    ['esphome/discover/meter', { power: 5 }],
    ['shellymeter/announce', { power: 5 }],
    ['shellymeter/rpc', { power: 5 }],
    ['shellymeter/command', '5'],
    ['hall/command/switch:0', { power: 5 }],
    ['hall/debug/log', { power: 5 }],
    ['plant/status/sys', { power: 5 }],
    ['plant/status/number:200', { value: 350 }],
    ['zigbee2mqtt/hall/color', { temperature: 21, humidity: 30 }],
    ['zigbee2mqtt/hall/update', { contact: false }],
    ['zigbee2mqtt/hall/color/left', { contact: false }],
    ['zigbee2mqtt/hall/action', { power: 5 }],
  ])('%s %j', (topic, payload) => {
    const { ignored, quarantine } = campusDecoder([]).decode(frame(topic, payload));
    expect({ ignored, told: quarantine.length }).toEqual({ ignored: false, told: 1 });
  });

  test.each([
    'color',
    'action',
    'update',
    'identify',
    'elapsed',
    'options',
    'device',
    'schedule',
    'set',
    'update/left',
  ])('a Zigbee device called hall/%s is read, also beside one called hall', (leaf) => {
    const door = { kind: 'door', profile: 'zigbee2mqtt' };
    const devices = [
      { ...door, id: 'hall', address: 'hall' },
      { ...door, id: 'door-1', address: `hall/${leaf}` },
    ];
    for (const some of [devices, devices.slice(1)])
      expect(
        campusDecoder(some, undefined, ENDLESS)
          .decode(frame(`zigbee2mqtt/hall/${leaf}`, { contact: false, battery: 50 }))
          .readings.map(({ device, metric, value }) => [device, metric, value]),
      ).toEqual([
        ['door-1', 'door_open', 1],
        ['door-1', 'battery_pct', 50],
      ]);
  });
});

describe('a device that nobody has registered still appears by', () => {
  test.each([
    ['tele/plug/SENSOR', { ENERGY: { Total: 1 } }],
    ['tele/plug/STATE', { Wifi: { RSSI: 70 } }],
    ['shellyplus1-a1/events/rpc', { method: 'NotifyStatus', params: { 'switch:0': { apower: 1 } } }],
    ['shellies/shelly1-A1/relay/0/power', '5'],
    ['node/sensor/power/state', '5'],
    ['some/thing/rpc', { value: 5 }],
    ['some/thing/status/odd', { value: 5 }],
  ])('%s', (topic, payload) => {
    expect(campusDecoder([]).decode(frame(topic, payload)).quarantine).toHaveLength(1);
  });
});
