import { isMap, isScalar, isSeq, stringify, type YAMLMap } from 'yaml';
import type { DeviceConfig } from '#contract/config/devices.ts';
import { endOfValue, inlineValue, setEntryValue, withKnownValue, withPair } from './entry-text.ts';
import { keepLineEnds } from './keep-line-ends.ts';
import { readDocument, verified } from './verified-edit.ts';

export type DeviceFields = NonNullable<DeviceConfig['fields']>;

/**
 * devices.yaml with further `fields` of one device; a name that is there already gets its new meaning. All other lines
 * stay as they are.
 * @param text a devices.yaml that parses; returned unchanged when the device is not in it
 */
export function setDeviceFields(text: string, id: string, fields: DeviceFields): string {
  return Object.entries(fields).reduce(
    (so, [name, field]) => keepLineEnds(so, (plain) => withField(plain, id, name, shortened(field))),
    text,
  );
}

function withField(text: string, id: string, name: string, field: unknown): string {
  const entry = entryOf(text, id);
  if (entry === undefined) return text;
  return verified(text, spliced(text, entry, id, name, field), (document) => {
    const path = ['devices', indexOf(document.get('devices', true), id), 'fields', name];
    document.setIn(path, document.createNode(field, { flow: true }));
  });
}

function spliced(text: string, entry: YAMLMap, id: string, name: string, field: unknown): string {
  const known = entry.get('fields', true);
  const last = isMap(known) ? known.items.at(-1) : undefined;
  if (!isMap(known) || !isScalar(last?.key) || !last.key.range)
    return setEntryValue(text, { list: 'devices', key: 'id', value: id }, 'fields', inlineValue({ [name]: field }));
  const replaced = withKnownValue(text, known, name, inlineValue(field));
  if (replaced !== undefined) return replaced;
  const end = endOfValue(text, last.value);
  const pair = stringify({ [name]: field }, { collectionStyle: 'flow', lineWidth: 0 })
    .trim()
    .slice(1, -1)
    .trim();
  return withPair(text, known, String(last.key.value), end, pair);
}

/** `{metric: power_w}` is written `power_w`. */
function shortened(field: DeviceFields[string]): unknown {
  return field !== null && Object.keys(field).length === 1 ? field.metric : field;
}

function entryOf(text: string, id: string): YAMLMap | undefined {
  const list = readDocument(text).get('devices', true);
  const item = isSeq(list) ? list.items[indexOf(list, id)] : undefined;
  return isMap(item) ? item : undefined;
}

function indexOf(list: unknown, id: string): number {
  return isSeq(list) ? list.items.findIndex((item) => isMap(item) && item.get('id') === id) : -1;
}
