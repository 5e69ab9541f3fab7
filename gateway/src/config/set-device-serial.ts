import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';

/**
 * devices.yaml with another serial for one device. All else stays as it is, comments and blanks included.
 * @param text a devices.yaml that parses; returned unchanged when the device is not in it
 */
export function setDeviceSerial(text: string, id: string, serial: string): string {
  const list = parseDocument(text, { uniqueKeys: false }).get('devices', true);
  if (!isSeq(list)) return text;
  const entry = list.items.find((item): item is YAMLMap => isMap(item) && item.get('id') === id);
  if (entry === undefined) return text;
  const value = JSON.stringify(serial);
  const known = entry.get('serial', true);
  if (isScalar(known) && known.range) return spliced(text, known.range[0], known.range[1], value);
  const anchor = entry.get('id', true);
  if (!isScalar(anchor) || !anchor.range) return text;
  // Right after the id: in one line where the entry is one, else on a line of its own with the id's indentation.
  const end = anchor.range[1];
  if (entry.flow) return spliced(text, end, end, `, serial: ${value}`);
  const pair = entry.items.find((item) => isScalar(item.key) && item.key.value === 'id');
  const keyStart = isScalar(pair?.key) && pair.key.range ? pair.key.range[0] : end;
  const indent = ' '.repeat(keyStart - (text.lastIndexOf('\n', keyStart - 1) + 1));
  const lineEnd = text.indexOf('\n', end);
  const at = lineEnd === -1 ? text.length : lineEnd;
  return spliced(text, at, at, `\n${indent}serial: ${value}`);
}

const spliced = (text: string, from: number, to: number, by: string): string =>
  `${text.slice(0, from)}${by}${text.slice(to)}`;
