/** Rows of a device list, cells as text, to devices; every cell that does not fit is named with its line and column. */
import type { PlaceConfig } from '#contract/config/campus.ts';
import { type DeviceConfig, device as deviceEntry } from '#contract/config/devices.ts';
import type { Text } from '#contract/enums.ts';
import type { DeviceRow } from '#contract/http/onboarding.ts';
import { COLUMNS, type Column, columnOf } from '#contract/row-columns.ts';
import { damagedId } from '../shared/damaged-id.ts';
import { createNameHint, type NameHint } from './name-hint.ts';
import {
  type CellRead,
  intervalCell,
  kindCell,
  listCell,
  namedCell,
  numberCell,
  placeCell,
  ratioCell,
} from './row-values.ts';

export interface RowContext {
  readonly places: readonly PlaceConfig[];
  readonly profiles: readonly { readonly id: string; readonly name: Text }[];
}

export interface RowError {
  readonly column: string | null;
  readonly message: Text;
}

export interface ReadRow {
  readonly line: number;
  /** Null when the row has errors. */
  readonly device: DeviceConfig | null;
  readonly errors: readonly RowError[];
  /** What could be read of it, the rest guessed: to be held against other rows. Null where nothing could. */
  readonly draft: DeviceConfig | null;
  /** Keys of the draft that are guesses. */
  readonly guessed: ReadonlySet<string>;
}

export function deviceRows(rows: readonly DeviceRow[], context: RowContext): readonly ReadRow[] {
  const hint = createNameHint();
  return rows.map((row) => readRow(row, context, hint));
}

function readRow({ line, cells }: DeviceRow, context: RowContext, hint: NameHint): ReadRow {
  const errors: RowError[] = [];
  const entry: Record<string, unknown> = {};
  const headingOf = new Map<Column, string>();
  for (const [heading, text] of Object.entries(cells)) {
    if (text.trim() === '') continue;
    const found = columnOf(heading);
    if (found === 'remark') continue;
    if (found === undefined) {
      errors.push({ column: heading, message: noColumn(heading) });
      continue;
    }
    if (headingOf.has(found.column)) {
      errors.push({ column: heading, message: twice(heading, headingOf.get(found.column) ?? '') });
      continue;
    }
    headingOf.set(found.column, heading);
    const read = readCell(found.column, text.trim(), context, hint);
    if (read.ok) put(entry, found.column, read.value);
    else errors.push({ column: heading, message: read.message });
  }
  nameInBoth(entry);
  errors.push(...missing(entry, headingOf));
  const wrong = new Set(errors.flatMap(({ column }) => columnsOf(column, headingOf)));
  const guesses = guessed(entry, wrong, line, context);
  const parsed = deviceEntry.safeParse({ ...entry, ...guesses });
  if (parsed.success) return readAs(line, parsed.data, errors, guesses);
  for (const { path, message } of parsed.error.issues) {
    const column = COLUMNS.find((one) => one === path.join('.') || one === path[0]);
    const heading = column === undefined ? path.join('.') : (headingOf.get(column) ?? column);
    errors.push({
      column: heading,
      message: { zh: ZH[column ?? 'id'] ?? `“${heading}”写法不对：${message}`, en: message },
    });
    if (column !== undefined) wrong.add(column);
  }
  // What is left of the row is still held against the other rows.
  const more = guessed(entry, wrong, line, context);
  const rest = Object.fromEntries(Object.entries(entry).filter(([key]) => !isWrong(key, wrong)));
  return readAs(line, deviceEntry.safeParse({ ...rest, ...more }).data, errors, more);
}

function readAs(
  line: number,
  draft: DeviceConfig | undefined,
  errors: readonly RowError[],
  guesses: Readonly<Record<string, unknown>>,
): ReadRow {
  const device = errors.length === 0 ? (draft ?? null) : null;
  return { line, device, errors, draft: draft ?? null, guessed: new Set(Object.keys(guesses)) };
}

const isWrong = (key: string, wrong: ReadonlySet<string>): boolean =>
  [...wrong].some((column) => column === key || column.startsWith(`${key}.`));

/** Stands in for what could not be read, so that the rest of the row is checked too. */
function guessed(
  entry: Readonly<Record<string, unknown>>,
  wrong: ReadonlySet<string>,
  line: number,
  { places }: RowContext,
): Record<string, unknown> {
  const standIn = { id: `line-${line}`, name: '?', kind: 'sensor', place: places[0]?.id ?? '?' };
  const needed = Object.entries(standIn).filter(([key]) => entry[key] === undefined || isWrong(key, wrong));
  const found: Record<string, unknown> = Object.fromEntries(needed);
  // Of what profile an address is decides whether it is taken.
  if (isWrong('profile', wrong)) Object.assign(found, { profile: 'native', address: `line ${line}` });
  return found;
}

function columnsOf(heading: string | null, headings: ReadonlyMap<Column, string>): Column[] {
  return [...headings].flatMap(([column, one]) => (one === heading ? [column] : []));
}

/** What the schema says in English only. */
const ZH: Readonly<Partial<Record<Column, string>>> = {
  name: '名称要能在一行里显示，最多 128 个字，不含控制字符',
  custodian: '责任人要能在一行里显示，最多 64 个字，不含控制字符',
  tags: '每个标签最多 32 个字，不含控制字符',
  id: '编号只能用小写字母、数字和连字符，最多 64 个',
  intervalS: '间隔要大于 0，最多 7 天',
  ratio: '倍率要大于 0',
};

function readCell(column: Column, text: string, { places, profiles }: RowContext, hint: NameHint): CellRead {
  switch (column) {
    case 'kind':
      return kindCell(text, hint);
    case 'place':
      return placeCell(text, places, hint);
    case 'profile':
      return namedCell(text, [NATIVE, ...profiles], { zh: '数据格式', en: 'data format' }, hint);
    case 'intervalS':
      return intervalCell(text);
    case 'ratio':
      return ratioCell(text);
    case 'dependsOn':
    case 'tags':
      return listCell(text);
    case 'register.digits':
    case 'register.ratedMax':
    case 'register.step':
      return numberCell(text);
    case 'id':
    case 'address':
    case 'serial':
      return identifierCell(text);
    default:
      return { ok: true, value: text };
  }
}

function identifierCell(text: string): CellRead {
  const damage = damagedId(text);
  return damage === undefined ? { ok: true, value: text } : { ok: false, message: damage };
}

/** A column of names in English makes the other those in Chinese; alone it is both. */
function nameInBoth(entry: Record<string, unknown>): void {
  const { name, nameEn } = entry;
  if (nameEn === undefined) return;
  delete entry['nameEn'];
  entry['name'] = name === undefined || name === nameEn ? nameEn : { zh: name, en: nameEn };
}

const NATIVE = { id: 'native', name: { zh: '原生', en: 'Native' } };

function put(entry: Record<string, unknown>, column: Column, value: unknown): void {
  if (column === 'name.en') {
    entry['nameEn'] = value;
    return;
  }
  const [outer = '', inner] = column.split('.');
  if (inner === undefined) {
    entry[outer] = value;
    return;
  }
  const before = entry[outer];
  entry[outer] = { ...(typeof before === 'object' ? before : {}), [inner]: value };
}

const NEEDED: readonly (readonly [Column, string])[] = [
  ['id', '编号'],
  ['name', '名称'],
  ['kind', '类型'],
  ['place', '位置'],
];

function missing(entry: Readonly<Record<string, unknown>>, headings: ReadonlyMap<Column, string>): RowError[] {
  return NEEDED.filter(([column]) => entry[column] === undefined && !headings.has(column)).map(([column, zh]) => ({
    column,
    message: { zh: `缺少“${zh}”`, en: `“${column}” is missing` },
  }));
}

const noColumn = (heading: string): Text => ({
  zh: `不认识“${heading}”这一列；可以写：编号 名称 类型 数据格式 地址 位置 责任人 间隔 厂家 型号 序列号 倍率`,
  en: `there is no column “${heading}”; there are: ${COLUMNS.join(', ')}`,
});

const twice = (heading: string, other: string): Text => ({
  zh: `“${heading}”和“${other}”是同一项，请留一列`,
  en: `“${heading}” and “${other}” are the same; keep one of them`,
});
