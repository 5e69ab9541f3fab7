import { isAlias, isMap, isScalar, isSeq, stringify, type YAMLMap } from 'yaml';
import type { DeviceConfig } from '#contract/config/devices.ts';
import { endOfValue, inlineValue, setEntryValue, withKnownValue, withPair } from './entry-text.ts';
import { keepLineEnds } from './keep-line-ends.ts';
import { type Edited, editedUnlessShared, readDocument, verified } from './verified-edit.ts';

export type DeviceFields = NonNullable<DeviceConfig['fields']>;

/**
 * devices.yaml with further `fields` of one device; a name that is there already gets its new meaning. All other lines
 * stay as they are. Fields that repeat those of another device become the device's own.
 * @param text a devices.yaml that parses; returned unchanged when the device is not in it
 */
export function setDeviceFields(text: string, id: string, fields: DeviceFields): Edited {
  return editedUnlessShared('fields', () =>
    Object.entries(fields).reduce(
      (so, [name, field]) => keepLineEnds(so, (plain) => withField(plain, id, name, shortened(field))),
      text,
    ),
  );
}

function withField(text: string, id: string, name: string, field: unknown): string {
  const document = readDocument(text);
  const list = document.get('devices', true);
  const at = isSeq(list) ? list.items.findIndex((item) => isMap(item) && item.get('id') === id) : -1;
  const entry = isSeq(list) ? list.items[at] : undefined;
  if (!isMap(entry)) return text;
  const known = entry.get('fields', true);
  const others: unknown = isAlias(known) ? known.toJS(document) : {};
  const splice = isMap(known) ? withMember(text, known, name, field) : undefined;
  const whole = (): string =>
    setEntryValue(
      ...([text, { list: 'devices', key: 'id', value: id }, 'fields'] as const),
      inlineValue({ ...Object(others), [name]: field }),
    );
  return verified(text, splice ?? whole(), [{ path: ['devices', at, 'fields', name], value: field }]);
}

/** Undefined where there is no member that it could stand beside. */
function withMember(text: string, known: YAMLMap, name: string, field: unknown): string | undefined {
  const last = known.items.at(-1);
  if (!isScalar(last?.key) || !last.key.range) return undefined;
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
