import { isMap, isSeq } from 'yaml';
import { setEntryText } from './entry-text.ts';
import { keepLineEnds } from './keep-line-ends.ts';
import { type Edited, editedUnlessShared, readDocument, verified } from './verified-edit.ts';

/**
 * devices.yaml with another serial for one device. All else stays as it is, comments and blanks included.
 * @param text a devices.yaml that parses; returned unchanged when the device is not in it
 */
export function setDeviceSerial(text: string, id: string, serial: string): Edited {
  return editedUnlessShared('serial', () => keepLineEnds(text, (plain) => withSerial(plain, id, serial)));
}

function withSerial(text: string, id: string, serial: string): string {
  const list = readDocument(text).get('devices', true);
  const at = isSeq(list) ? list.items.findIndex((item) => isMap(item) && item.get('id') === id) : -1;
  if (at === -1) return text;
  const splice = setEntryText(text, { list: 'devices', key: 'id', value: id }, 'serial', serial);
  return verified(text, splice, [{ path: ['devices', at, 'serial'], value: serial }]);
}
