/** One simulated device for each entry of the catalogue, and the values it is told to have. */
import { type DeviceConfig, devicesConfig } from '#contract/config/devices.ts';
import { metricInfo } from '#contract/metrics.ts';

export type Told = Readonly<Record<string, number>>;

export interface Played {
  readonly device: DeviceConfig;
  readonly told: Told;
  /** What must come out where that is not just what was told, such as `online`. */
  readonly more?: Told;
}

export interface Entry {
  readonly profile: string;
  readonly played: readonly Played[];
}

interface Wish {
  readonly id: string;
  readonly kind: DeviceConfig['kind'];
  readonly told: Told;
  readonly more?: Told;
  readonly as?: object;
}

/** Numbers that no other device of the catalogue has, and that survive whole watts, milliamperes and two decimals. */
let count = 0;
const next = (): number => {
  count += 1;
  return count;
};
const electric = (): Told => {
  const n = next();
  return {
    energy_total_kwh: 1_000 + n + 0.25,
    power_w: 500 + 3 * n,
    voltage_v: 220 + n / 10,
    current_a: 2 + n / 100,
    power_factor: 0.75,
  };
};
const only = (told: Told, ...metrics: readonly string[]): Told =>
  Object.fromEntries(Object.entries(told).filter(([metric]) => metrics.includes(metric)));
const water = (): Told => ({ water_total_m3: 300 + next() + 0.25 });
const climate = (): Told => ({ temperature_c: 20 + next() / 10, humidity_pct: 40 + next() / 2 });
const onePhase = ({ voltage_v = 0, current_a = 0, ...rest }: Told): Told => ({
  ...rest,
  voltage_v_l1: voltage_v,
  current_a_l1: current_a,
});

function entry(profile: string, ...wishes: readonly Wish[]): Entry {
  const { devices } = devicesConfig.parse({
    devices: wishes.map(({ id, kind, as }) => ({ id, name: id, kind, profile, place: 'campus', intervalS: 60, ...as })),
  });
  const played = devices.map((device, i) => {
    const { told = {}, more } = wishes[i] ?? {};
    return { device, told, ...(more === undefined ? {} : { more }) };
  });
  return { profile, played };
}

/** What the same device has a little later: counters have counted, states have turned, levels have crossed zero. */
export function later(told: Told): Told {
  const after = Object.entries(told).map(([metric, value]) => {
    const info = metricInfo(metric);
    if (info?.kind === 'register') return [metric, value + 0.5];
    if (info?.kind === 'state') return [metric, 1 - value];
    if (metric.startsWith('power_w')) return [metric, -12];
    if (metric === 'temperature_c') return [metric, -3.5];
    if (metric === 'flow_lph') return [metric, 0];
    return [metric, value];
  });
  return Object.fromEntries(after);
}

const METER = 'electricity-meter';
const WATER = 'water-meter';
const polled = (line: string, address: string): object => ({ address, downTopic: `dtu/${line}/down`, intervalS: 1 });
const passedOn = (line: string, address: string): object => ({ address, upTopic: `dtu/${line}/up` });
const byPhase = (name: string, first: number, step: number): Told =>
  Object.fromEntries([1, 2, 3].map((phase) => [`${name}_l${phase}`, first + step * phase]));
/** A meter that counts each phase by itself, or all together. */
const threePhases = (): Told => {
  const n = next();
  return {
    ...byPhase('voltage_v', 220 + n, 1.5),
    ...byPhase('current_a', 1, 0.25),
    ...byPhase('power_w', 250 + n, 25),
  };
};

export const ENTRIES: readonly Entry[] = [
  entry(
    'native',
    { id: 'n-meter', kind: METER, told: electric() },
    { id: 'n-door', kind: 'door', told: { door_open: 1, battery_pct: 71 } },
    { id: 'n-camera', kind: 'camera', told: { online: 1, camera_online: 1, camera_fps: 24 } },
  ),
  entry(
    'tasmota',
    { id: 'ta-meter', kind: METER, told: electric(), as: { address: 'plug_7' } },
    { id: 'ta-door', kind: 'door', told: { door_open: 1 } },
  ),
  entry(
    'zigbee2mqtt',
    { id: 'z-plug', kind: METER, told: only(electric(), 'energy_total_kwh', 'power_w', 'voltage_v', 'current_a') },
    { id: 'z-door', kind: 'door', told: { door_open: 1, battery_pct: 88 }, as: { address: '东门/door 1' } },
    { id: 'z-air', kind: 'sensor', told: { ...climate(), battery_pct: 93 } },
  ),
  entry(
    'shelly-gen1',
    {
      id: 's1-meter',
      kind: METER,
      told: { ...threePhases(), ...byPhase('energy_total_kwh', 700, 8.5) },
      as: { address: 'shellyem3-A1' },
    },
    { id: 's1-door', kind: 'door', told: { door_open: 1, battery_pct: 64 }, as: { address: 'shellydw2-B2' } },
  ),
  entry('shelly-gen2', {
    ...{ id: 's2-meter', kind: METER, as: { address: 'shellyplus1pm-c3' } },
    told: only(electric(), 'energy_total_kwh', 'power_w', 'voltage_v', 'current_a'),
  }),
  entry('frigate', {
    ...{ id: 'fr-camera', kind: 'camera', as: { address: 'canteen' } },
    ...{ told: { camera_fps: 5.5, camera_recording: 1 }, more: { camera_online: 1 } },
  }),
  entry(
    'esphome',
    { id: 'es-meter', kind: METER, told: electric(), more: { online: 1 }, as: { address: 'bldg7-meter' } },
    { id: 'es-water', kind: WATER, told: water(), as: { address: 'bldg7-water' } },
    {
      ...{ id: 'es-own', kind: METER, told: only(electric(), 'energy_total_kwh', 'power_w') },
      as: {
        address: 'bldg7-own',
        fields: { flat_3: { metric: 'energy_total_kwh', scale: '1/1000' }, flat_3_w: 'power_w' },
      },
    },
    { id: 'es-door', kind: 'door', told: { door_open: 1 }, as: { address: 'bldg7-door' } },
    { id: 'es-air', kind: 'sensor', told: climate(), as: { address: 'bldg7-air' } },
  ),
  entry(
    'chirpstack',
    { id: 'cs-meter', kind: METER, told: electric(), as: { address: '24e124148d000004' } },
    { id: 'cs-door', kind: 'door', told: { door_open: 1, battery_pct: 91 }, as: { address: '24e124141c000001' } },
    { id: 'cs-closed', kind: 'door', told: { door_open: 0, battery_pct: 0 }, as: { address: '24e124141c000002' } },
    { id: 'cs-air', kind: 'sensor', told: { ...climate(), battery_pct: 92 }, as: { address: '24e124136b000005' } },
    { id: 'cs-leak', kind: 'sensor', told: { water_leak: 1, battery_pct: 33 }, as: { address: '24e124136b000003' } },
    { id: 'cs-water', kind: WATER, told: water(), as: { address: '24e124136b000006' } },
  ),
  entry(
    'thethingsstack',
    { id: 'tt-meter', kind: METER, told: electric() },
    { id: 'tt-door', kind: 'door', told: { door_open: 1, battery_pct: 90 } },
    { id: 'tt-water', kind: WATER, told: water() },
  ),
  entry('usr-dtu', {
    ...{ id: 'us-meter', kind: METER, told: only(electric(), 'energy_total_kwh', 'power_w', 'voltage_v') },
    as: {
      address: '01405221103000012345',
      fields: { node0102: { metric: 'power_w', scale: 0.1 }, node0103: 'voltage_v' },
    },
  }),
  entry('acrel', {
    ...{
      id: 'ac-meter',
      kind: METER,
      told: { ...threePhases(), ...only(electric(), 'energy_total_kwh', 'power_factor') },
    },
    as: { address: '24102800000017' },
  }),
  entry('aliyun-alink', {
    ...{ id: 'al-meter', kind: METER, told: only(electric(), 'energy_total_kwh', 'power_w', 'current_a') },
    as: { address: 'a1PK/meter-b7', fields: { IA: { metric: 'current_a', scale: '1/1000' } } },
  }),
  entry('huawei-iotda', {
    ...{ id: 'hw-meter', kind: METER, told: only(electric(), 'energy_total_kwh', 'power_w') },
    as: {
      address: 'hw_dev1',
      fields: { 'Meter.E': 'energy_total_kwh', 'Meter.P': { metric: 'power_w', scale: 1_000 } },
    },
  }),
  entry(
    'homie',
    { id: 'ho-meter', kind: METER, told: only(electric(), 'energy_total_kwh', 'power_w'), more: { online: 1 } },
    { id: 'ho-door', kind: 'door', told: { door_open: 1 }, more: { online: 1 } },
    {
      ...{ id: 'ho-own', kind: METER, told: only(electric(), 'energy_total_kwh') },
      as: { fields: { 'flat-3/reading': 'energy_total_kwh' } },
    },
    { id: 'ho-old', kind: METER, told: only(electric(), 'energy_total_kwh', 'power_w'), as: { tags: ['homie-4'] } },
    { id: 'ho-air', kind: 'sensor', told: climate(), as: { tags: ['homie-4'] } },
  ),
  entry(
    'sparkplug-b',
    { id: 'sp-node', kind: 'sensor', told: {}, more: { online: 1 }, as: { address: 'B7-gw' } },
    {
      ...{ id: 'sp-meter', kind: METER, told: only(electric(), 'energy_total_kwh', 'power_w', 'voltage_v') },
      ...{ more: { online: 1 }, as: { address: 'B7-gw/meter1', fields: { 'U avg': 'voltage_v' } } },
    },
    { id: 'sp-door', kind: 'door', told: { door_open: 1 }, as: { address: 'B7-gw/door' } },
    { id: 'sp-water', kind: WATER, told: water(), as: { address: 'B7-gw/water' } },
  ),
  entry(
    'home-assistant',
    { id: 'ha-meter', kind: METER, told: only(electric(), 'energy_total_kwh', 'power_w', 'voltage_v', 'current_a') },
    { id: 'ha-door', kind: 'door', told: { door_open: 1, battery_pct: 55 } },
    { id: 'ha-water', kind: WATER, told: water() },
  ),
  entry(
    'dlt645',
    { id: 'dl-meter', kind: METER, told: onePhase(electric()), as: passedOn('dl1', '202503150088') },
    // Energy and power are what the shipped profile asks for.
    {
      ...{ id: 'dl-polled', kind: METER, as: polled('dl2', '202503150089') },
      told: only(electric(), 'energy_total_kwh', 'power_w'),
    },
    {
      ...{ id: 'dl-old', kind: METER, told: only(electric(), 'energy_total_kwh') },
      as: { ...passedOn('dl3', '000000012345'), tags: ['dlt645-1997'] },
    },
  ),
  entry('dlt645-phases', {
    ...{ id: 'dl-phases', kind: METER, as: polled('dl4', '202503150090') },
    told: { energy_total_kwh: 77.25, voltage_v_l1: 221.5, voltage_v_l3: 223.5, current_a_l1: 1.25, power_factor: 0.75 },
  }),
  entry('dlt645-old', {
    ...{ id: 'dl-old-polled', kind: METER, told: { energy_total_kwh: 5_679.9, voltage_v_l1: 219 } },
    as: { ...polled('dl5', '000000012346'), tags: ['dlt645-1997'] },
  }),
  entry(
    'cjt188',
    {
      id: 'cj-meter',
      kind: WATER,
      told: { ...water(), valve_open: 0, battery_low: 1 },
      as: passedOn('cj1', '00201510270588'),
    },
    {
      id: 'cj-polled',
      kind: WATER,
      told: { ...water(), valve_open: 1, battery_low: 0 },
      as: polled('cj2', '00201510270589'),
    },
  ),
  entry(
    'mbus',
    { id: 'mb-meter', kind: WATER, told: water(), as: passedOn('mb1', '11490378') },
    { id: 'mb-polled', kind: WATER, told: { ...water(), flow_lph: 120 }, as: polled('mb2', '11490379') },
    {
      ...{ id: 'mb-power', kind: METER, as: polled('mb3', '14839120') },
      told: only(electric(), 'energy_total_kwh', 'power_w', 'voltage_v', 'current_a'),
    },
  ),
  entry('modbus-ddsu666', { id: 'mo-dds', kind: METER, told: electric(), as: polled('mo1', '1') }),
  entry('modbus-dds238', { id: 'mo-hik', kind: METER, told: electric(), as: polled('mo2', '2') }),
  entry('modbus-sdm', { id: 'mo-sdm', kind: METER, told: electric(), as: polled('mo3', '3') }),
  entry('modbus-sdm630', {
    id: 'mo-630',
    kind: METER,
    told: { ...threePhases(), energy_total_kwh: 5_000.5, power_w: 951 },
    as: polled('mo4', '4'),
  }),
  entry('modbus-float-cdab', {
    ...{ id: 'mo-cdab', kind: METER, told: only(electric(), 'energy_total_kwh'), as: polled('mo5', '5') },
  }),
];
