/** What takes long about config files. The gateway has it done on another thread; commands, which serve nobody else, here. */
import type { PlaceConfig } from '#contract/config/campus.ts';
import type { DeviceConfig } from '#contract/config/devices.ts';
import { appendDevices, appendPlace } from './append-devices.ts';
import { type DeviceEdit, type DeviceEdited, editDevice } from './edit-device.ts';
import { editLogins, type LoginChange } from './edit-logins.ts';
import { type ConfigTexts, type PartsResult, parseParts } from './parse-config.ts';
import { type DeviceFields, setDeviceFields } from './set-device-fields.ts';
import { setDeviceSerial } from './set-device-serial.ts';
import type { Edited } from './verified-edit.ts';

export interface ConfigWork {
  /** Parses and cross-checks a folder. */
  check(texts: ConfigTexts): Promise<PartsResult>;
  /** devices.yaml with devices added. */
  append(text: string, devices: readonly DeviceConfig[]): Promise<string>;
  /** campus.yaml with one place more. */
  appendPlace(text: string, place: PlaceConfig): Promise<string>;
  /** devices.yaml with other settings of one device. */
  editDevice(text: string, edit: DeviceEdit): Promise<DeviceEdited>;
  /** devices.yaml with one login more, less, or with another secret; unchanged when it is not there. */
  editLogins(text: string, change: LoginChange): Promise<Edited>;
  /** devices.yaml with another serial for one device. */
  setSerial(text: string, id: string, serial: string): Promise<Edited>;
  /** devices.yaml with further `fields` of one device. */
  setFields(text: string, id: string, fields: DeviceFields): Promise<Edited>;
}

export const configWorkHere: ConfigWork = {
  check: async (texts) => parseParts(texts),
  append: async (text, devices) => appendDevices(text, devices),
  appendPlace: async (text, place) => appendPlace(text, place),
  editDevice: async (text, edit) => editDevice(text, edit),
  editLogins: async (text, change) => editLogins(text, change),
  setSerial: async (text, id, serial) => setDeviceSerial(text, id, serial),
  setFields: async (text, id, fields) => setDeviceFields(text, id, fields),
};
