/**
 * Acrel's meters with 4G or WiFi number their values, `{"data": [{"tp": …, "point": [{"id": 28, "val": 345.5}, …]}]}`: the
 * numbers become the names by which Acrel's gateways say the same. A transformer ratio of 1 is left out of a message, so
 * that a profile need only ask whether there is one.
 */
import type { Codec } from '../codec.ts';
import { readJson } from '../payload.ts';
import type { Fault } from '../run.ts';
import { isObject } from '../value-path.ts';

const MAX_KEYS = 256;
/** Instants of one message. */
const MAX_INSTANTS = 64;
const MAX_FAULTS = 16;

/** Names by the number of a data item. kW, kvar, kVA and kWh where Acrel's table has them. */
const ITEMS: ReadonlyMap<number, string> = new Map(
  [
    ...['sn', 'Ua', 'Ub', 'Uc', 'Uab', 'Ubc', 'Uca', 'Ia', 'Ib', 'Ic', 'Pa_kW', 'Pb_kW', 'Pc_kW', 'P_kW'],
    ...['Qa_kvar', 'Qb_kvar', 'Qc_kvar', 'Q_kvar', 'Sa_kVA', 'Sb_kVA', 'Sc_kVA', 'S_kVA'],
    ...[
      'PFa',
      'PFb',
      'PFc',
      'PF',
      'Fr',
      'rssi',
      'EPI',
      'EPE',
      'EQL_kvarh',
      'EQC_kvarh',
      'demand_kW',
      'iccid',
      'pt',
      'ct',
    ],
    ...['temp_a', 'temp_b', 'temp_c', 'temp_n', 'residual_current', 'DI', 'EPIa', 'EPEa', 'EQLa_kvarh', 'EQCa_kvarh'],
    ...['EPIb', 'EPEb', 'EQLb_kvarh', 'EQCb_kvarh', 'EPIc', 'EPEc', 'EQLc_kvarh', 'EQCc_kvarh'],
    ...[
      'THDUa',
      'THDUb',
      'THDUc',
      'THDIa',
      'THDIb',
      'THDIc',
      'demand_reverse_kW',
      'demand_EQL_kvar',
      'demand_EQC_kvar',
    ],
    ...[
      'unbalance_U',
      'unbalance_I',
      'EPIJ',
      'EPIF',
      'EPIP',
      'EPIG',
      'EQ1_kvarh',
      'EQ2_kvarh',
      'EQ3_kvarh',
      'EQ4_kvarh',
    ],
  ].map((name, id) => [id, name]),
);

export function acrel(): Codec {
  return ({ payload }) => {
    const read = readJson(payload, MAX_KEYS);
    if (!read.ok || !isObject(read.value)) return read;
    const { data } = read.value;
    if (!Array.isArray(data)) return { ...read, value: plainRatios(read.value) };
    const instants = data.slice(0, MAX_INSTANTS);
    const torn = tornItems(instants);
    const value = plainRatios({ ...read.value, data: instants.map((instant) => named(instant, torn)) });
    const faults = [...(read.faults ?? []), ...[...torn.values()].slice(0, MAX_FAULTS).map(twoValues)];
    return { ...read, value, ...(faults.length > 0 && { faults }) };
  };
}

const twoValues = (id: number): Fault => ({
  reason: 'bad-value',
  detail: `data item ${id} has two values at one time: neither is taken`,
  address: undefined,
  byDevice: true,
});

interface Item {
  readonly id: number;
  readonly val: unknown;
  /** The item at its instant. */
  readonly key: string;
}

function itemsOf(instant: unknown): Item[] {
  if (!isObject(instant) || !Array.isArray(instant['point'])) return [];
  return instant['point'].flatMap((item: unknown): Item[] => {
    const id = isObject(item) ? numberOf(item['id']) : undefined;
    return !isObject(item) || id === undefined ? [] : [{ id, val: item['val'], key: `${instant['tp']} ${id}` }];
  });
}

const numberOf = (id: unknown): number | undefined =>
  typeof id === 'number' || (typeof id === 'string' && /^\d{1,5}$/.test(id)) ? Number(id) : undefined;

/** @returns the numbers of items with different values at one instant, by their keys */
function tornItems(instants: readonly unknown[]): Map<string, number> {
  const first = new Map<string, unknown>();
  const torn = new Map<string, number>();
  for (const { id, val, key } of instants.flatMap(itemsOf)) {
    if (first.has(key) && JSON.stringify(first.get(key)) !== JSON.stringify(val)) torn.set(key, id);
    first.set(key, val);
  }
  return torn;
}

function named(instant: unknown, torn: ReadonlyMap<string, number>): unknown {
  if (!isObject(instant) || !Array.isArray(instant['point'])) return instant;
  const { point: _, ...rest } = instant;
  const items = itemsOf(instant).filter(({ key }) => !torn.has(key));
  return { ...rest, ...Object.fromEntries(items.map(({ id, val }) => [ITEMS.get(id) ?? `item_${id}`, val])) };
}

const RATIO = /^[cp]t$/i;

/** However deep they stand: `CT` is `ct`, and a ratio of 1 is none. */
function plainRatios(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainRatios);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      if (!RATIO.test(name)) return [[name, plainRatios(member)]];
      return Number(member) === 1 ? [] : [[name.toLowerCase(), member]];
    }),
  );
}
