/** Rows of a device list, cells as text, to devices; every cell that does not fit is named with its line and column. */
import type { PlaceConfig } from '#contract/config/campus.ts';
import { type DeviceConfig, device as deviceEntry } from '#contract/config/devices.ts';
import type { Text } from '#contract/enums.ts';
import type { DeviceRow } from '#contract/http/onboarding.ts';
import { damagedId } from '../shared/damaged-id.ts';
import { COLUMNS, type Column, columnOf } from './row-columns.ts';
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
}

export function deviceRows(rows: readonly DeviceRow[], context: RowContext): readonly ReadRow[] {
  return rows.map((row) => readRow(row, context));
}

function readRow({ line, cells }: DeviceRow, context: RowContext): ReadRow {
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
    const read = readCell(found.column, text.trim(), context);
    if (read.ok) put(entry, found.column, read.value);
    else errors.push({ column: heading, message: read.message });
  }
  errors.push(...missing(entry, headingOf));
  if (errors.length > 0) return { line, device: null, errors };
  const parsed = deviceEntry.safeParse(entry);
  if (parsed.success) return { line, device: parsed.data, errors: [] };
  const issues = parsed.error.issues.map(({ path, message }) => {
    const column = COLUMNS.find((one) => one === path.join('.') || one === path[0]);
    const heading = column === undefined ? path.join('.') : (headingOf.get(column) ?? column);
    return { column: heading, message: { zh: ZH[column ?? 'id'] ?? `“${heading}”写法不对：${message}`, en: message } };
  });
  return { line, device: null, errors: issues };
}

/** What the schema says in English only. */
const ZH: Readonly<Partial<Record<Column, string>>> = {
  id: '编号只能用小写字母、数字和连字符，最多 64 个',
  intervalS: '间隔要大于 0，最多 7 天',
  ratio: '倍率要大于 0',
};

function readCell(column: Column, text: string, { places, profiles }: RowContext): CellRead {
  switch (column) {
    case 'kind':
      return kindCell(text);
    case 'place':
      return placeCell(text, places);
    case 'profile':
      return namedCell(text, [NATIVE, ...profiles], { zh: '数据格式', en: 'data format' });
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

const NATIVE = { id: 'native', name: { zh: '原生', en: 'Native' } };

function put(entry: Record<string, unknown>, column: Column, value: unknown): void {
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
