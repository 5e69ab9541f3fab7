/** devices.yaml with other settings of one device. Lines that have nothing to do with it stay as they are. */
import { isDeepStrictEqual } from 'node:util';
import { isMap, isSeq } from 'yaml';
import { type DeviceConfig, device as deviceEntry } from '#contract/config/devices.ts';
import type { Text } from '#contract/enums.ts';
import { inlineValue, removeEntryText, setEntryValue } from './entry-text.ts';
import { keepLineEnds } from './keep-line-ends.ts';
import { type Edited, editedUnlessShared, readDocument, verified } from './verified-edit.ts';

/** What can be changed. `null` and an empty list take the setting away. */
export interface DeviceSettings {
  readonly name: string | Text;
  readonly place: string;
  readonly custodian: string | null;
  readonly intervalS: number;
  readonly tags: readonly string[];
  readonly dependsOn: readonly string[];
  /** `YYYY-MM-DD` */
  readonly retired: string | null;
}
export type SettingName = keyof DeviceSettings;

export interface DeviceEdit {
  readonly id: string;
  readonly change: Partial<DeviceSettings>;
  /** Settings as whoever edits saw them; of `retired` only whether there is a date. */
  readonly was: Partial<DeviceSettings>;
}

export type DeviceEdited =
  | Edited
  | { readonly kind: 'gone' }
  /** Somebody else changed these meanwhile. */
  | { readonly kind: 'changed'; readonly settings: readonly SettingName[] };

/** @param text a devices.yaml that parses */
export function editDevice(text: string, { id, change, was }: DeviceEdit): DeviceEdited {
  const document = readDocument(text);
  const list = document.get('devices', true);
  const at = isSeq(list) ? list.items.findIndex((item) => isMap(item) && item.get('id') === id) : -1;
  const entry = at === -1 ? undefined : deviceEntry.safeParse(Object(document.toJS()).devices?.[at]).data;
  if (entry === undefined) return { kind: 'gone' };
  const settings = namesOf(was).filter(
    (name) => !isDeepStrictEqual(comparable(name, settingOf(entry, name)), comparable(name, was[name])),
  );
  if (settings.length > 0) return { kind: 'changed', settings };
  const shared: string[] = [];
  let so = text;
  for (const name of namesOf(change)) {
    const before = so;
    const edited = editedUnlessShared(name, () =>
      keepLineEnds(before, (plain) => withSetting(plain, at, id, name, change[name])),
    );
    if (edited.kind === 'edited') so = edited.text;
    else shared.push(...edited.settings);
  }
  return shared.length > 0 ? { kind: 'shared', settings: shared } : { kind: 'edited', text: so };
}

function withSetting(text: string, at: number, id: string, name: SettingName, value: unknown): string {
  const where = { list: 'devices', key: 'id', value: id };
  const given = writtenOf(value);
  const splice =
    given === undefined ? removeEntryText(text, where, name) : setEntryValue(text, where, name, inlineValue(given));
  return verified(text, splice, [{ path: ['devices', at, name], value: given }]);
}

/** As it is written; undefined: not at all. A name that is the same in both languages is written once. */
function writtenOf(value: unknown): unknown {
  if (value === null || (Array.isArray(value) && value.length === 0)) return undefined;
  if (isText(value) && value.zh === value.en) return value.zh;
  return value;
}

const isText = (value: unknown): value is Text =>
  typeof value === 'object' && value !== null && 'zh' in value && 'en' in value;

const settingOf = (entry: DeviceConfig, name: SettingName): unknown => entry[name] ?? null;

function comparable(name: SettingName, value: unknown): unknown {
  if (name === 'retired') return typeof value === 'string';
  if (name === 'name' && typeof value === 'string') return { zh: value, en: value };
  return value;
}

const NAMES: readonly SettingName[] = ['name', 'place', 'custodian', 'intervalS', 'tags', 'dependsOn', 'retired'];
const namesOf = (settings: Partial<DeviceSettings>): readonly SettingName[] =>
  NAMES.filter((name) => settings[name] !== undefined);
