/**
 * Acrel's meters with 4G or WiFi number their values, `{"data": [{"tp": …, "point": [{"id": 28, "val": 345.5}, …]}]}`: the
 * numbers become the names by which Acrel's gateways say the same. A transformer ratio of 1 is left out of a message, so
 * that a profile need only ask whether there is one.
 */
import type { Codec } from '../codec.ts';
import { readJson } from '../payload.ts';
import { isObject } from '../value-path.ts';

const MAX_KEYS = 256;
/** Instants of one message. */
const MAX_INSTANTS = 64;

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
    const message = withoutUnity(read.value);
    return {
      ...read,
      value: Array.isArray(data) ? { ...message, data: data.slice(0, MAX_INSTANTS).map(named) } : message,
    };
  };
}

function named(instant: unknown): unknown {
  if (!isObject(instant) || !Array.isArray(instant['point'])) return instant;
  const { point, ...rest } = instant;
  const items = point.flatMap((item: unknown): [string, unknown][] => {
    if (!isObject(item) || typeof item['id'] !== 'number') return [];
    return [[ITEMS.get(item['id']) ?? `item_${item['id']}`, item['val']]];
  });
  return withoutUnity({ ...rest, ...Object.fromEntries(items) });
}

function withoutUnity(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => !((name === 'ct' || name === 'pt') && Number(value) === 1)),
  );
}
