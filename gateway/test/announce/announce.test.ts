/** What Home Assistant is told of a campus, message by message. */
import { expect, test } from 'vitest';
import { campusConfig } from '#contract/config/campus.ts';
import { devicesConfig } from '#contract/config/devices.ts';
import type { Freshness } from '#contract/enums.ts';
import type { Incident } from '#contract/http/alerts.ts';
import type { LatestValue } from '#contract/http/campus.ts';
import { alertConfigs, alertStates } from '../../src/announce/campus-alerts.ts';
import { campusDevices } from '../../src/announce/campus-devices.ts';
import { deviceConfig } from '../../src/announce/device-config.ts';
import { deviceState } from '../../src/announce/device-state.ts';
import { createRegistry } from '../../src/shared/registry.ts';

const UNDER = { prefix: 'homeassistant', statePrefix: 'campus/ha' };
const REGISTRY = createRegistry(
  campusConfig.parse({
    name: '一中',
    sites: [{ id: 'main', name: '本部' }],
    places: [
      { id: 'campus', name: '校园', kind: 'campus' },
      { id: 'b-3', name: '3号楼', kind: 'building', parent: 'campus' },
      { id: 'b-4', name: '4号楼', kind: 'building', parent: 'campus' },
      { id: 'room', name: '301', kind: 'room', parent: 'b-3' },
    ],
  }),
  devicesConfig.parse({
    devices: [
      {
        id: 'main-1',
        name: '总表',
        kind: 'electricity-meter',
        place: 'b-3',
        manufacturer: 'Heyuan',
        model: 'HY-3',
        serial: '7',
        dependsOn: ['dtu'],
      },
      { id: 'water-1', name: '水表', kind: 'water-meter', place: 'b-3', intervalS: 900 },
      { id: 'gate', name: '东门', kind: 'door', place: 'campus' },
      { id: 'dtu', name: '采集器', kind: 'switch', place: 'b-3', dependsOn: ['probe'] },
      { id: 'cam', name: '摄像头', kind: 'camera', place: 'campus', dependsOn: ['probe', 'dtu'] },
      { id: 'probe', name: '温度', kind: 'sensor', place: 'room' },
    ],
  }),
);

const devices = (known: Readonly<Record<string, readonly string[]>> = {}) =>
  campusDevices(REGISTRY, (id) => new Set(known[id] ?? []));
function config(id: string, known?: Readonly<Record<string, readonly string[]>>) {
  const announced = devices(known).get(id);
  const message = announced === undefined ? undefined : deviceConfig(announced, UNDER);
  return { topic: message?.topic, payload: JSON.parse(message?.payload ?? 'null') as Record<string, never> };
}
function states(
  id: string,
  state: 'online' | 'suspect' | 'offline' | 'unknown',
  values: readonly LatestValue[],
  known?: Readonly<Record<string, readonly string[]>>,
) {
  const announced = devices(known).get(id);
  if (announced === undefined) throw new Error(`${id} is not announced`);
  return Object.fromEntries(
    deviceState(announced.device, announced.entities, { state, values }, UNDER).map(({ topic, payload }) => [
      topic,
      payload,
    ]),
  );
}
const value = (metric: string, number: number, freshness: Freshness = 'live'): LatestValue => ({
  ...{ device: 'x', metric, value: number, ts: 0, receivedAt: 0, quality: 'measured', flags: [], freshness },
});

test('a device with several entities is one device message', () => {
  expect(config('main-1')).toEqual({
    topic: 'homeassistant/device/campus_main_1/config',
    payload: {
      dev: {
        ids: ['campus_meter_main_1'],
        name: '总表',
        mf: 'Heyuan',
        mdl: 'HY-3',
        sn: '7',
        via_device: 'campus_dtu',
        sa: '3号楼',
      },
      o: { name: 'houqin' },
      availability_mode: 'all',
      availability: [{ topic: 'campus/ha/status' }, { topic: 'campus/ha/main_1/availability' }],
      cmps: {
        main_1_energy: {
          p: 'sensor',
          name: '累计电量',
          device_class: 'energy',
          state_class: 'total_increasing',
          unit_of_measurement: 'kWh',
          suggested_display_precision: 2,
          value_template: '{{ value_json.energy_total_kwh }}',
          unique_id: 'campus_main_1_energy',
        },
        main_1_power: {
          p: 'sensor',
          name: '功率',
          device_class: 'power',
          state_class: 'measurement',
          unit_of_measurement: 'W',
          value_template: '{{ value_json.power_w }}',
          expire_after: 900,
          unique_id: 'campus_main_1_power',
        },
      },
      state_topic: 'campus/ha/main_1/state',
      qos: 1,
    },
  });
});

test('a device with one entity is a component message', () => {
  expect(config('water-1')).toMatchObject({
    topic: 'homeassistant/sensor/campus_water_1_water/config',
    payload: {
      name: '累计用水',
      device_class: 'water',
      state_class: 'total_increasing',
      unit_of_measurement: 'm³',
      unique_id: 'campus_water_1_water',
      availability_topic: 'campus/ha/water_1/availability',
      device: { identifiers: ['campus_meter_water_1'], via_device: 'houqin_gateway' },
    },
  });
  expect(config('gate')).toMatchObject({
    topic: 'homeassistant/binary_sensor/campus_gate_door/config',
    payload: {
      name: null,
      device_class: 'door',
      payload_on: 'ON',
      unique_id: 'campus_gate_door',
      device: { identifiers: ['campus_gate'], name: '东门' },
    },
  });
});

test('what was ever measured is shown, what expires after fifteen intervals too; a sensor that has said nothing is not', () => {
  expect(config('probe').topic).toBeUndefined();
  expect(config('probe', { probe: ['temperature_c'] })).toMatchObject({
    topic: 'homeassistant/sensor/campus_probe_temperature/config',
    payload: { unit_of_measurement: '°C', expire_after: 900 },
  });
  expect(
    Object.keys(
      config('water-1', { 'water-1': ['flow_lph', 'battery_low', 'online', 'pulse_total'] }).payload['cmps'] ?? {},
    ),
  ).toEqual(['water_1_water', 'water_1_flow', 'water_1_battery_low']);
  expect(config('water-1', { 'water-1': ['flow_lph'] }).payload['cmps']).toMatchObject({
    water_1_flow: { expire_after: 13_500 },
  });
});

test('each is behind the nearest device above that is announced too', () => {
  const via = (id: string, known = {}) => devices(known).get(id)?.via;
  expect([via('main-1'), via('dtu'), via('cam')]).toEqual(['campus_dtu', 'houqin_gateway', 'campus_dtu']);
  expect(via('cam', { probe: ['temperature_c'] })).toBe('campus_probe');
});

test('only what is known now has a value, and only who can be seen is available', () => {
  const topics = { state: 'campus/ha/main_1/state', availability: 'campus/ha/main_1/availability' };
  const seen = states('main-1', 'online', [value('energy_total_kwh', 12.5), value('power_w', 0)]);
  expect(seen).toEqual({ [topics.state]: '{"energy_total_kwh":12.5,"power_w":0}', [topics.availability]: 'online' });
  expect(
    states('main-1', 'online', [value('energy_total_kwh', 12.5, 'hint'), value('power_w', 0, 'stale')])[topics.state],
  ).toBe('{"energy_total_kwh":null,"power_w":null}');
  const available = (['online', 'suspect', 'offline', 'unknown'] as const).map(
    (state) => states('main-1', state, [])[topics.availability],
  );
  expect(available).toEqual(['online', 'online', 'offline', 'offline']);
});

test('a door of which nothing is known is not available, so it never reads as closed', () => {
  const door = (values: readonly LatestValue[], state: 'online' | 'unknown' = 'online') =>
    Object.values(states('gate', state, values));
  expect(door([value('door_open', 0)])).toEqual(['{"door_open":false}', 'online']);
  expect(door([value('door_open', 1)])).toEqual(['{"door_open":true}', 'online']);
  expect(door([])).toEqual(['{"door_open":null}', 'offline']);
  expect(door([value('door_open', 0, 'stale')])).toEqual(['{"door_open":null}', 'offline']);
  expect(door([value('door_open', 0)], 'unknown')[1]).toBe('offline');
  // With a battery it is a device of two entities, and the contact says itself that it is unknown.
  const template = "{{ 'ON' if value_json.door_open is true else 'OFF' if value_json.door_open is false else 'None' }}";
  expect(config('gate', { gate: ['battery_pct'] }).payload['cmps']).toMatchObject({
    gate_door: { value_template: template, name: '门' },
  });
  expect(Object.values(states('gate', 'online', [], { gate: ['battery_pct'] }))).toEqual([
    '{"battery_pct":null,"door_open":null}',
    'online',
  ]);
});

test('whether a camera can be seen is shown above all while it cannot', () => {
  expect(config('cam').payload).toMatchObject({ device_class: 'connectivity', availability_topic: 'campus/ha/status' });
  expect(config('cam', { cam: ['camera_recording'] }).payload['cmps']).toMatchObject({
    cam_online: { availability: [{ topic: 'campus/ha/status' }] },
  });
  const shown = (['online', 'suspect', 'offline', 'unknown'] as const).map(
    (state) => states('cam', state, [])['campus/ha/cam/state'],
  );
  expect(shown).toEqual(['{"online":true}', '{"online":null}', '{"online":false}', '{"online":null}']);
});

const incident = (
  id: string,
  place: string,
  severity: 'info' | 'warning' | 'critical',
  state: 'firing' | 'resolved' = 'firing',
  since = 0,
): Incident => ({
  ...{
    id,
    place,
    severity,
    state,
    since,
    cause: 'x',
    probable: false,
    until: null,
    ackedBy: null,
    ackedAt: null,
    assignee: null,
  },
  ...{ silencedUntil: null, alerts: [], affected: [], timeline: [], sentence: { zh: `${id}。`, en: id } },
});

test('incidents: how many fire, the worst five in words, and which buildings have one', () => {
  expect(alertConfigs(REGISTRY, UNDER).map(({ topic }) => topic)).toEqual([
    'homeassistant/sensor/houqin_active_alerts/config',
    'homeassistant/binary_sensor/houqin_problem_b_3/config',
    'homeassistant/binary_sensor/houqin_problem_b_4/config',
  ]);
  const said = alertStates(
    REGISTRY,
    [
      incident('old', 'b-4', 'critical', 'resolved'),
      ...[1, 2, 3, 4].map((n) => incident(`w${n}`, 'campus', 'warning', 'firing', n)),
      incident('worst', 'room', 'critical'),
      incident('note', 'campus', 'info', 'firing', 9),
    ],
    UNDER,
  );
  expect(Object.fromEntries(said.map(({ topic, payload }) => [topic, payload]))).toEqual({
    'campus/ha/_alerts/state': '6',
    'campus/ha/_alerts/attributes': '{"incidents":["worst。","w4。","w3。","w2。","w1。"]}',
    'campus/ha/_places/b_3/state': 'ON',
    'campus/ha/_places/b_4/state': 'OFF',
  });
});

test('every object id is made of the letters Home Assistant takes', () => {
  const known = Object.fromEntries([...REGISTRY.devices.keys()].map((id) => [id, ['temperature_c']]));
  const topics = [...devices(known).keys()].map((id) => config(id, known).topic ?? '');
  for (const topic of [...topics, ...alertConfigs(REGISTRY, UNDER).map((one) => one.topic)])
    expect(topic).toMatch(/^homeassistant\/(?:device|sensor|binary_sensor)\/[a-zA-Z0-9_-]+\/config$/);
});
