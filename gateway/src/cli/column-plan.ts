/** Which cells of a file are device, metric, time and value: native header, mapped header, or a column a device. */
import { metricInfo } from '#contract/metrics.ts';
import { usage } from './command-refusal.ts';

export interface ColumnOptions {
  /** `device=…,ts=…,value=…` as typed; undefined for the native header. */
  readonly map: string | undefined;
  readonly metric: string | undefined;
  /** Devices asked for, as typed; empty for all. */
  readonly devices: readonly string[];
}

/** One value of a row. */
export interface CellOfRow {
  readonly device: string;
  readonly metric: string;
  readonly value: string;
}

export interface ColumnPlan {
  /** Cells that a whole row has. */
  readonly width: number;
  ts(cells: readonly string[]): string;
  values(cells: readonly string[]): readonly CellOfRow[];
  /** The rows of one time belong together: a column is a device, so times are the line's, not the device's. */
  readonly wide: boolean;
}

const FIELDS = ['device', 'metric', 'ts', 'value'] as const;
type Field = (typeof FIELDS)[number];

/** The columns that a heading must have for these options, so that a title above it is not taken for one. */
export function isHeadingFor(options: ColumnOptions): (cells: readonly string[]) => boolean {
  return (cells) => {
    const names = new Set(cells.map((name) => name.trim()));
    const map = options.map === undefined ? defaultMap([...names], options) : parseMap(options.map);
    return [...map.values()].every((name) => name === '*' || names.has(name));
  };
}

/** @throws CommandRefusal when header and options do not fit */
export function planColumns(header: readonly string[], options: ColumnOptions): ColumnPlan {
  const names = header.map((name) => name.trim());
  const map = options.map === undefined ? defaultMap(names, options) : parseMap(options.map);
  const { metric } = options;
  if (metric !== undefined && metricInfo(metric) === undefined) {
    throw usage(`没有 ${metric} 这个指标。`, `There is no metric ${metric}.`);
  }
  const column = (field: Field): number | undefined => {
    const name = map.get(field);
    if (name === undefined) return undefined;
    const at = names.indexOf(name);
    if (at >= 0) return onlyOne(names, name, at);
    throw usage(
      `表头里没有“${name}”这一列；有：${names.join(', ')}。用 --map 对应，例如 --map device=…,ts=…,value=…`,
      `The header has no column “${name}”; it has: ${names.join(', ')}. Map them, such as --map device=…,ts=…,value=…`,
    );
  };
  const ts = column('ts');
  if (ts === undefined) throw usage('--map 里缺少 ts=列名。', '--map lacks ts=COLUMN.');
  const metricAt = column('metric');
  if (metricAt === undefined && metric === undefined) {
    throw usage(
      '文件里没有 metric 列，请用 --metric 说明是什么，例如 energy_kwh。',
      'There is no metric column; say what it is with --metric, such as energy_kwh.',
    );
  }
  const metricOf = (cells: readonly string[]): string =>
    metric ?? (metricAt === undefined ? '' : (cells[metricAt] ?? '').trim());
  const common = { width: names.length, ts: (cells: readonly string[]) => cells[ts] ?? '' };
  if (map.get('value') === '*') {
    const columns = names.flatMap((name, at) =>
      at === ts || at === metricAt || name === '' ? [] : [{ name, at: onlyOne(names, name, at) }],
    );
    return {
      ...common,
      wide: true,
      values: (cells) =>
        columns.map(({ name, at }) => ({ device: name, metric: metricOf(cells), value: cells[at] ?? '' })),
    };
  }
  const value = column('value');
  if (value === undefined) throw usage('--map 里缺少 value=列名。', '--map lacks value=COLUMN.');
  const device = column('device');
  const [only, ...others] = options.devices;
  if (device === undefined && (only === undefined || others.length > 0)) {
    throw usage(
      '文件里没有设备列：请用 --device 说明是哪一个设备（只能一个）。',
      'There is no device column: say which one device it is with --device.',
    );
  }
  return {
    ...common,
    wide: device === undefined,
    values: (cells) => [
      {
        device: device === undefined ? (only ?? '') : (cells[device] ?? '').trim(),
        metric: metricOf(cells),
        value: cells[value] ?? '',
      },
    ],
  };
}

/** @throws CommandRefusal when another column has the name too: which of them is meant, nobody can tell */
function onlyOne(names: readonly string[], name: string, at: number): number {
  const all = names.flatMap((other, place) => (other === name ? [place + 1] : []));
  if (all.length === 1) return at;
  throw usage(
    `表头里有 ${all.length} 列都叫“${name}”：第 ${all.join('、')} 列。在文件里把不要的那一列改名或删掉。`,
    `${all.length} columns of the header are called “${name}”: columns ${listed(all)}. Rename or delete in the file the one that is not meant.`,
  );
}

const listed = (numbers: readonly number[]): string => `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1) ?? ''}`;

/** Tags by which tables of InfluxDB name a device. */
const DEVICE_TAGS = ['device', 'entity_id', 'meter', 'sensor'];

/** The native heading, or that of a table which InfluxDB exports. */
function defaultMap(names: readonly string[], { metric, devices }: ColumnOptions): ReadonlyMap<Field, string> {
  if (names.includes('_time') && names.includes('_value')) {
    const device = DEVICE_TAGS.find((tag) => names.includes(tag));
    return new Map<Field, string>([
      ['ts', '_time'],
      ['value', '_value'],
      ...(device === undefined || devices.length === 1 ? [] : [['device', device] as const]),
      ...(metric === undefined ? [['metric', '_field'] as const] : []),
    ]);
  }
  return new Map(FIELDS.filter((field) => field !== 'metric' || metric === undefined).map((field) => [field, field]));
}

function parseMap(text: string): ReadonlyMap<Field, string> {
  const map = new Map<Field, string>();
  for (const part of text.split(',')) {
    const cut = part.indexOf('=');
    const field = FIELDS.find((name) => name === part.slice(0, cut).trim());
    const column = part.slice(cut + 1).trim();
    if (cut < 1 || field === undefined || column === '' || (column === '*' && field !== 'value')) {
      throw usage(
        `--map 写成 device=列名,ts=列名,value=列名（也可有 metric=列名；value=* 表示其余每列一个设备），而不是 ${part}。`,
        `--map is device=COLUMN,ts=COLUMN,value=COLUMN (metric=COLUMN too; value=* makes every other column a device), not ${part}.`,
      );
    }
    map.set(field, column);
  }
  if (map.get('value') === '*' && map.has('device')) {
    throw usage(
      'value=* 时每列是一个设备，不能再写 device=。',
      'With value=* the columns are the devices; leave device= out.',
    );
  }
  return map;
}
