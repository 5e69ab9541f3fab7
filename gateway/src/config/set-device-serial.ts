import { setEntryText } from './entry-text.ts';
import { keepLineEnds } from './keep-line-ends.ts';

/**
 * devices.yaml with another serial for one device. All else stays as it is, comments and blanks included.
 * @param text a devices.yaml that parses; returned unchanged when the device is not in it
 */
export function setDeviceSerial(text: string, id: string, serial: string): string {
  return keepLineEnds(text, (plain) =>
    setEntryText(plain, { list: 'devices', key: 'id', value: id }, 'serial', serial),
  );
}
