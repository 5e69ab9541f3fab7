/** A small school for rule tests: its places, devices, calendar and prices. */
import { calendarConfig } from '#contract/config/calendar.ts';
import { campusConfig } from '#contract/config/campus.ts';
import { devicesConfig } from '#contract/config/devices.ts';
import { type RuleConfig, rule } from '#contract/config/rules.ts';
import { tariffsConfig } from '#contract/config/tariffs.ts';
import { createSchoolCalendar } from '../../src/calendar/create-school-calendar.ts';
import { parseHolidays } from '../../src/calendar/holidays.ts';
import type { RuleSet } from '../../src/rules/watch-list.ts';
import { createRegistry } from '../../src/shared/registry.ts';

const places = [
  { id: 'school', name: { zh: '实验中学', en: 'School' }, kind: 'campus', profile: 'classroom' },
  { id: 'block-b', name: { zh: 'B 栋', en: 'Block B' }, kind: 'building', parent: 'school' },
  { id: 'b-3', name: { zh: '三层', en: 'Floor 3' }, kind: 'floor', parent: 'block-b' },
  { id: 'b-302', name: { zh: '302 教室', en: 'Room 302' }, kind: 'room', parent: 'b-3' },
  { id: 'gate', name: { zh: '东门', en: 'East gate' }, kind: 'gate', parent: 'school', profile: 'gate' },
  { id: 'night-hall', name: { zh: '夜校', en: 'Night school' }, kind: 'building', parent: 'school', profile: 'night' },
  { id: 'dorm', name: { zh: '宿舍', en: 'Dormitory' }, kind: 'building', parent: 'school', profile: 'dorm' },
];

const devices = [
  {
    id: 'gate-east',
    name: { zh: '东门门磁', en: 'East gate sensor' },
    kind: 'door',
    place: 'gate',
    custodian: '王师傅',
  },
  { id: 'door-302', name: { zh: '门磁', en: 'Door sensor' }, kind: 'door', place: 'b-302' },
  { id: 'door-night', name: { zh: '夜校门磁', en: 'Night school door' }, kind: 'door', place: 'night-hall' },
  {
    id: 'meter-302',
    name: { zh: '电表', en: 'Meter' },
    kind: 'electricity-meter',
    place: 'b-302',
    priceClass: 'teaching',
  },
  {
    id: 'meter-shop',
    name: { zh: '小卖部电表', en: 'Shop meter' },
    kind: 'electricity-meter',
    place: 'b-302',
    priceClass: 'shop',
  },
  {
    id: 'water-dorm',
    name: { zh: '水表', en: 'Water meter' },
    kind: 'water-meter',
    place: 'dorm',
    register: { digits: 6, step: 0.001, ratedMax: 20 },
  },
  { id: 'water-flow', name: { zh: '流量计', en: 'Flow meter' }, kind: 'water-meter', place: 'dorm' },
  {
    id: 'water-half-hour',
    name: { zh: '半小时水表', en: 'Half-hour meter' },
    kind: 'water-meter',
    place: 'dorm',
    intervalS: 1_800,
  },
  { id: 'switch-a', name: { zh: '交换机 A', en: 'Switch A' }, kind: 'switch', place: 'block-b', intervalS: 10 },
  ...[1, 2, 3, 4].map((n) => ({
    id: `cam-${n}`,
    name: { zh: `${n} 号摄像头`, en: `Camera ${n}` },
    kind: 'camera',
    place: 'block-b',
    intervalS: 10,
    dependsOn: ['switch-a'],
  })),
];

const classDays = { school: ['07:00-22:00'], weekend: [], holiday: [], break: [] };

const calendar = {
  terms: [
    { id: 'spring', name: 'spring', from: '2026-03-02', to: '2026-07-10' },
    { id: 'autumn', name: 'autumn', from: '2026-08-31', to: '2027-01-22' },
  ],
  bells: { school: [{ id: 'study', name: { zh: '晚自习', en: 'evening study' }, from: '19:00', to: '21:00' }] },
  placeProfiles: {
    classroom: { name: 'classroom', open: classDays },
    gate: { name: 'gate', open: { ...classDays, weekend: ['09:00-12:00'] } },
    night: { name: 'night', open: { school: ['18:00-02:00'] } },
    dorm: { name: 'dorm', open: {}, alwaysOpen: true },
  },
};

const HOLIDAYS = `2026-10-01,国庆节,1
2026-10-02,国庆节,1
2026-10-10,国庆节,0
`;

const tariffs = tariffsConfig.parse({
  tariffs: [
    {
      priceClass: 'teaching',
      name: 'teaching',
      resource: 'electricity',
      prices: [
        { from: '2026-01-01', yuan: 0.5 },
        { from: '2026-12-01', yuan: 0.6 },
      ],
    },
    { priceClass: 'water', name: 'water', resource: 'water', prices: [{ from: '2026-01-01', yuan: 3 }] },
  ],
  defaults: { water: 'water' },
});

function slowed(device: { readonly intervalS?: number }, intervalS = 0): object {
  return { ...device, intervalS: intervalS === 0 ? device.intervalS : Math.max(device.intervalS ?? 60, intervalS) };
}

export interface CampusOptions {
  readonly timeZone?: string;
  /** Devices that would report more often do so this often, seconds. */
  readonly everyS?: number;
}

/** Rules as they stand in rules.yaml, parsed; `name` defaults to the id, and what has gone is over at once. */
export function rulesOf(rules: readonly object[]): RuleConfig[] {
  return rules.map((one) => rule.parse({ name: 'id' in one ? one.id : '', clearDelay: '0s', ...one }));
}

export function campus(rules: readonly object[], options: CampusOptions = {}): RuleSet {
  const timeZone = options.timeZone ?? 'Asia/Shanghai';
  const registry = createRegistry(
    campusConfig.parse({ name: '实验中学', timeZone, sites: [{ id: 'main', name: 'main' }], places }),
    devicesConfig.parse({ devices: devices.map((device) => slowed(device, options.everyS)) }),
  );
  const holidays = parseHolidays(HOLIDAYS);
  if (holidays.problems.length > 0) throw new Error('the holidays of the test campus do not parse');
  return {
    rules: rulesOf(rules),
    registry,
    tariffs,
    calendar: createSchoolCalendar({
      config: calendarConfig.parse(calendar),
      timeZone,
      placeProfile: registry.placeProfile,
      placePath: registry.placePath,
      holidays: holidays.data,
    }),
  };
}
