/** What a day looks like, per kind of load: 24 hourly levels between 0 and 1, and what stays on when nobody is there. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import { type Campus, pathOf } from '../campus.ts';
import type { DayPlan } from './school-days.ts';

export const SLOTS = 96;

interface Shape {
  /** Share of the peak that never goes off. */
  readonly base: number;
  /** Level per hour of the day while people are there. */
  readonly hours: readonly number[];
  /** Follows the place's open hours; otherwise only the clock. */
  readonly follows: 'open-hours' | 'clock';
}

const teaching = [
  0, 0, 0, 0, 0, 0.05, 0.25, 0.7, 0.95, 1, 1, 0.95, 0.5, 0.6, 0.95, 1, 0.95, 0.8, 0.45, 0.6, 0.55, 0.4, 0.1, 0,
];
const sanitary = [
  0, 0, 0, 0, 0, 0.05, 0.4, 0.8, 0.7, 0.9, 1, 0.9, 0.8, 0.5, 0.7, 0.8, 0.9, 0.7, 0.4, 0.4, 0.4, 0.3, 0.05, 0,
];
const office = [0, 0, 0, 0, 0, 0, 0.1, 0.5, 0.95, 1, 1, 0.95, 0.6, 0.7, 0.95, 1, 0.95, 0.7, 0.35, 0.2, 0.15, 0.1, 0, 0];
const kitchen = [
  0, 0, 0, 0, 0.2, 0.7, 0.9, 0.55, 0.3, 0.55, 0.95, 1, 0.75, 0.3, 0.2, 0.45, 0.85, 0.95, 0.55, 0.2, 0.1, 0, 0, 0,
];
const evening = [
  0.25, 0.1, 0, 0, 0, 0.3, 0.75, 0.4, 0.15, 0.1, 0.1, 0.2, 0.45, 0.35, 0.15, 0.15, 0.2, 0.35, 0.5, 0.6, 0.75, 1, 0.95,
  0.55,
];
const dark = [1, 1, 1, 1, 1, 1, 0.6, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.3, 1, 1, 1, 1, 1, 1];
const flat = new Array<number>(24).fill(1);

const SHAPES = {
  classroom: { base: 0.05, hours: teaching, follows: 'open-hours' },
  office: { base: 0.12, hours: office, follows: 'open-hours' },
  common: { base: 0.3, hours: teaching, follows: 'open-hours' },
  canteen: { base: 0.15, hours: kitchen, follows: 'open-hours' },
  dormitory: { base: 0.18, hours: evening, follows: 'clock' },
  outdoor: { base: 0.05, hours: dark, follows: 'clock' },
  server: { base: 0.92, hours: flat, follows: 'clock' },
  washroom: { base: 0, hours: sanitary, follows: 'open-hours' },
  'canteen-water': { base: 0, hours: kitchen, follows: 'open-hours' },
  'dormitory-water': { base: 0, hours: evening, follows: 'clock' },
} as const satisfies Record<string, Shape>;

export type LoadKind = keyof typeof SHAPES;

const WORDS: readonly [RegExp, LoadKind][] = [
  [/server|network|machine-room/, 'server'],
  [/dorm/, 'dormitory'],
  [/canteen|kitchen/, 'canteen'],
  [/outdoor|street|yard|gate/, 'outdoor'],
  [/office|admin/, 'office'],
];

/** The kind of load behind a meter, from its tags and the profile and names of its place. */
export function loadKindOf(device: DeviceConfig, campus: Campus): LoadKind {
  const path = pathOf(campus, device.place);
  const profile = path.find((place) => place.profile !== undefined)?.profile ?? '';
  const words = [...device.tags, device.id, profile, device.place].join(' ');
  const kind = WORDS.find(([pattern]) => pattern.test(words))?.[1];
  if (device.kind === 'water-meter') {
    if (kind === 'dormitory') return 'dormitory-water';
    return kind === 'canteen' ? 'canteen-water' : 'washroom';
  }
  if (kind !== undefined) return kind;
  return path[0]?.kind === 'building' || path[0]?.kind === 'campus' ? 'common' : 'classroom';
}

/** Levels of the 96 quarter hours of a day, and their running sum (97 entries). */
export interface DayCurve {
  readonly level: Float64Array;
  readonly sum: Float64Array;
}

/** Plans are made once per profile and day type, so that few curves are ever drawn. */
const curves = new WeakMap<DayPlan, Map<LoadKind, DayCurve>>();

/** @returns the curve of a load kind on a day; days with the same plan share one. */
export function dayCurve(kind: LoadKind, plan: DayPlan): DayCurve {
  let ofPlan = curves.get(plan);
  if (ofPlan === undefined) {
    ofPlan = new Map();
    curves.set(plan, ofPlan);
  }
  let curve = ofPlan.get(kind);
  if (curve === undefined) {
    curve = drawCurve(SHAPES[kind], plan);
    ofPlan.set(kind, curve);
  }
  return curve;
}

function drawCurve(shape: Shape, plan: DayPlan): DayCurve {
  const level = new Float64Array(SLOTS);
  const sum = new Float64Array(SLOTS + 1);
  const quiet = plan.type === 'school' || plan.type === 'makeup' || plan.type === 'exam' ? 1 : 0.5;
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const minute = slot * 15;
    const open = plan.open.some((span) => minute >= span.from && minute < span.to);
    const there = shape.follows === 'clock' ? quiet : open ? 1 : 0;
    const hour = Math.floor(minute / 60);
    const share = (minute % 60) / 60;
    const busy = (shape.hours[hour] ?? 0) * (1 - share) + (shape.hours[(hour + 1) % 24] ?? 0) * share;
    const value = shape.base + (1 - shape.base) * busy * there;
    level[slot] = value;
    sum[slot + 1] = (sum[slot] ?? 0) + value;
  }
  return { level, sum };
}
