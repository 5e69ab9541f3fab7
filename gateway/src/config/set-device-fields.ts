import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isSeq, parseDocument, stringify } from 'yaml';
import type { DeviceConfig } from '#contract/config/devices.ts';
import { setEntryValue } from './entry-text.ts';

export type DeviceFields = NonNullable<DeviceConfig['fields']>;

/**
 * devices.yaml with further `fields` of one device; a name that is there already gets its new meaning. All other lines
 * stay as they are; only fields that are written over several lines make the file be written anew, comments kept.
 * @param text a devices.yaml that parses; returned unchanged when the device is not in it
 */
export function setDeviceFields(text: string, id: string, fields: DeviceFields): string {
  const document = parseDocument(text, { uniqueKeys: false });
  const index = indexOf(document, id);
  if (index === -1) return text;
  const known: unknown = document.getIn(['devices', index, 'fields'], true);
  const before = isMap(known) ? (known.toJSON() as DeviceFields) : {};
  const after = { ...before, ...shortened(fields) };
  document.setIn(['devices', index, 'fields'], document.createNode(after, { flow: true }));
  const whole = document.toString({ lineWidth: 0 });
  if (isMap(known) && known.flow !== true) return whole;
  const value = stringify(after, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();
  const spliced = setEntryValue(text, { list: 'devices', key: 'id', value: id }, 'fields', value);
  return isDeepStrictEqual(documentOf(spliced), documentOf(whole)) ? spliced : whole;
}

/** `{metric: power_w}` is written `power_w`. */
function shortened(fields: DeviceFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      field !== null && Object.keys(field).length === 1 ? field.metric : field,
    ]),
  );
}

function indexOf(document: Document, id: string): number {
  const list = document.get('devices', true);
  return isSeq(list) ? list.items.findIndex((item) => isMap(item) && item.get('id') === id) : -1;
}

function documentOf(text: string): unknown {
  const document = parseDocument(text, { uniqueKeys: false });
  return document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 });
}
