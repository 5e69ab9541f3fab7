/**
 * One message says one value of a metric for one instant. What two members of it call the same is told apart by their own
 * names (`property:BME280.Temperature`), which devices.yaml can give a meaning under `fields`; what one name says twice
 * is no value at all.
 */
import type { DeviceConfig } from '#contract/config/devices.ts';
import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import type { QuarantineNote } from './quarantine-note.ts';
import { addFault, type Run, type Sample } from './run.ts';

/** Up to here every pair is compared: cheaper than a table for the few values of a usual message. */
const FEW = 8;
const NONE: readonly (readonly number[])[] = [];
const MAX_NOTES = 16;
const MAX_SHOWN = 3;

/** Changes the samples of a run whose metric cannot be told; a name that contradicts itself becomes a fault. */
export function tellApart(run: Run): void {
  const { samples } = run;
  if (samples.length < 2) return;
  const groups = alike(samples, isSameMetric, ({ metric }) => metric);
  if (groups.length === 0) return;
  const gone = new Set<Sample>();
  for (const group of groups) {
    const names = new Set(group.map((n) => nameOf(samples[n])));
    const firm = group.filter((n) => samples[n]?.place?.yields !== true);
    for (const n of group) {
      const sample = samples[n];
      if (sample === undefined || names.size === 1 || (firm.length === 1 && firm[0] === n)) continue;
      const { place: _, ...rest } = sample;
      samples[n] = { ...rest, metric: nameOf(sample), raw: sample.value };
    }
    if (names.size === 1) {
      const [first = 0, ...others] = group;
      const isSame = others.every((n) => samples[n]?.value === samples[first]?.value);
      for (const n of isSame ? others : group) addTo(gone, samples[n]);
      if (!isSame) addFault(run, 'bad-value', contradiction(group.map((n) => samples[n])), samples[first]?.address);
    }
  }
  if (gone.size > 0) samples.splice(0, samples.length, ...samples.filter((sample) => !gone.has(sample)));
}

/** After the times are known: those that cannot be believed are all arrival, and `fields` may give two names one metric. */
export function oneValueEach(
  readings: readonly Reading[],
  devices: ReadonlyMap<string, DeviceConfig>,
  profile: string,
  notes: QuarantineNote[],
): readonly Reading[] {
  if (readings.length < 2 || isPlain(readings, devices)) return readings;
  const groups = alike(readings, isSameReading, ({ metric }) => metric);
  if (groups.length === 0) return readings;
  const gone = new Set<Reading>();
  for (const group of groups) {
    const [first = 0, ...others] = group;
    const isSame = others.every((n) => readings[n]?.value === readings[first]?.value);
    for (const n of isSame ? others : group) addTo(gone, readings[n]);
    if (isSame || notes.length >= MAX_NOTES) continue;
    const detail = contradiction(group.map((n) => readings[n]));
    notes.push({ reason: 'bad-value', detail, profile, address: readings[first]?.device });
  }
  return readings.filter((reading) => !gone.has(reading));
}

/** One device without `fields`, at a time that all of them said: the samples were told apart already. */
function isPlain(readings: readonly Reading[], devices: ReadonlyMap<string, DeviceConfig>): boolean {
  for (const { fields } of devices.values()) if (fields !== undefined) return false;
  if (devices.size > 1) return false;
  const ts = readings[0]?.ts;
  for (const reading of readings) if (reading.ts !== ts || (reading.flags & FLAG_BITS.clock) !== 0) return false;
  return true;
}

const isSameMetric = (one: Sample, other: Sample): boolean =>
  one.metric === other.metric &&
  Object.is(one.ts, other.ts) &&
  one.address === other.address &&
  one.backfill === other.backfill &&
  one.only === other.only;

const isSameReading = (one: Reading, other: Reading): boolean =>
  one.metric === other.metric && one.ts === other.ts && one.device === other.device;

const nameOf = (sample: Sample | undefined): string =>
  sample?.place === undefined ? (sample?.metric ?? '') : sample.place.nameOf(sample.place);

function contradiction(members: readonly ({ readonly metric: string; readonly value: number } | undefined)[]): string {
  const values = members.slice(0, MAX_SHOWN).map((member) => member?.value);
  const more = members.length > MAX_SHOWN ? ' …' : '';
  return `${members[0]?.metric}: ${members.length} values at one instant, ${values.join(', ')}${more}`;
}

function addTo<T>(set: Set<T>, item: T | undefined): void {
  if (item !== undefined) set.add(item);
}

/** @returns places in the list of those that are the same, two or more each */
function alike<T>(
  items: readonly T[],
  same: (one: T, other: T) => boolean,
  key: (item: T) => string,
): readonly (readonly number[])[] {
  if (items.length <= FEW) return alikeOfFew(items, same);
  const keys = new Set<string>();
  for (const item of items) keys.add(key(item));
  return keys.size === items.length ? NONE : alikeOfMany(items, same, key);
}

function alikeOfFew<T>(items: readonly T[], same: (one: T, other: T) => boolean): readonly (readonly number[])[] {
  let groups: number[][] | undefined;
  for (let n = 1; n < items.length; n++) {
    const item = items[n] as T;
    for (let m = 0; m < n; m++) {
      if (!same(items[m] as T, item)) continue;
      groups ??= [];
      const group = groups.find((one) => one.includes(m));
      if (group === undefined) groups.push([m, n]);
      else group.push(n);
      break;
    }
  }
  return groups ?? [];
}

/** Groups of one metric first; within it, by pairs: at most a thousand values, of which few share a metric. */
function alikeOfMany<T>(
  items: readonly T[],
  same: (one: T, other: T) => boolean,
  key: (item: T) => string,
): readonly (readonly number[])[] {
  const byKey = new Map<string, number[]>();
  for (const [n, item] of items.entries()) {
    const name = key(item);
    const places = byKey.get(name);
    if (places === undefined) byKey.set(name, [n]);
    else places.push(n);
  }
  return [...byKey.values()].flatMap((places) =>
    places.length === 1
      ? []
      : alikeOfFew(
          places.map((n) => items[n] as T),
          same,
        ).map((group) => group.map((n) => places[n] ?? 0)),
  );
}
