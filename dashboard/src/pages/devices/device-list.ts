/** The devices of devices.yaml as a list that the import reads back. */
import { parse } from 'yaml';
import type { Text } from '#contract/enums.ts';
import type { Place } from '#contract/http/campus.ts';
import { listText } from '#contract/list-cell.ts';
import { COLUMNS, type Column } from '#contract/row-columns.ts';
import { deviceKindText } from '../../i18n/device-kind.text.ts';
import type { Language } from '../../i18n/language.ts';
import type { Cell } from '../../lib/csv-text.ts';
import { importColumns } from '../onboarding/import-columns.ts';

type Entry = Readonly<Record<string, unknown>>;

/** Columns that every list has. */
const USUAL: readonly Column[] = ['id', 'name', 'kind', 'profile', 'address', 'place', 'custodian', 'intervalS'];

export interface DeviceList {
  /** The heading first; all cells are text. */
  readonly rows: readonly (readonly Cell[])[];
  readonly devices: number;
}

/**
 * Devices in use, with a column for everything that one of them says. A list has no place for logins, `fields` and `probe`.
 * @param yaml a devices.yaml that parses
 */
export function deviceList(yaml: string, places: readonly Place[], language: Language): DeviceList {
  const devices = entriesOf(yaml).filter(({ retired }) => retired === undefined);
  const said = devices.map(
    (entry) => new Map(COLUMNS.map((column) => [column, cellOf(column, entry, places, language)])),
  );
  const columns = COLUMNS.filter((column) => USUAL.includes(column) || said.some((cells) => cells.get(column) !== ''));
  const heading = columns.map((column) => headingOf(column, language));
  return {
    rows: [heading, ...said.map((cells) => columns.map((column) => cells.get(column) ?? ''))],
    devices: devices.length,
  };
}

function entriesOf(yaml: string): readonly Entry[] {
  const file: unknown = parse(yaml);
  const list: unknown = typeof file === 'object' && file !== null && 'devices' in file ? file.devices : undefined;
  return Array.isArray(list) ? list.filter((entry): entry is Entry => typeof entry === 'object' && entry !== null) : [];
}

function headingOf(column: Column, language: Language): string {
  return importColumns.find(({ name }) => name === column)?.[language] ?? column;
}

function cellOf(column: Column, entry: Entry, places: readonly Place[], language: Language): string {
  switch (column) {
    case 'name':
      return isText(entry['name']) ? entry['name'].zh : textOf(entry['name']);
    case 'name.en':
      return isText(entry['name']) && entry['name'].en !== entry['name'].zh ? entry['name'].en : '';
    case 'kind':
      return language === 'zh' ? kindWord(textOf(entry['kind'])) : textOf(entry['kind']);
    case 'place':
      return placeWord(textOf(entry['place']), places);
    case 'ratio':
      return ratioWord(entry['ratio']);
    case 'dependsOn':
    case 'tags':
      return Array.isArray(entry[column]) ? listText(entry[column].map(textOf)) : '';
    default: {
      const [outer = '', inner] = column.split('.');
      return textOf(inner === undefined ? entry[outer] : memberOf(entry[outer], inner));
    }
  }
}

const isText = (value: unknown): value is Text =>
  typeof memberOf(value, 'zh') === 'string' && typeof memberOf(value, 'en') === 'string';

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function kindWord(kind: string): string {
  const words: Readonly<Record<string, string>> = deviceKindText.zh;
  return words[kind] ?? kind;
}

/** By its name where only one place has it. */
function placeWord(id: string, places: readonly Place[]): string {
  const name = places.find((place) => place.id === id)?.name.zh;
  if (name === undefined) return id;
  const isTaken = places.some((place) => place.id !== id && [place.id, place.name.zh, place.name.en].includes(name));
  return isTaken ? id : name;
}

function ratioWord(ratio: unknown): string {
  const [ct, pt] = [memberOf(ratio, 'ct'), memberOf(ratio, 'pt')];
  if (ct === undefined && pt === undefined) return '';
  return pt === undefined ? textOf(ct) : `CT ${textOf(ct ?? 1)} PT ${textOf(pt)}`;
}
