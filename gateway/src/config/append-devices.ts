import { isSeq, parseDocument, stringify } from 'yaml';
import type { DeviceConfig } from '#contract/config/devices.ts';
import { appendLines } from './append-lines.ts';

/**
 * devices.yaml with further devices at the end of its list. All other lines stay as they are, comments and blanks
 * included; only a list that is still empty (`devices: []`) makes the file be written anew, comments kept.
 * @param text a devices.yaml that parses
 */
export function appendDevices(text: string, devices: readonly DeviceConfig[]): string {
  const document = parseDocument(text, { uniqueKeys: false });
  const list = document.get('devices', true);
  if (isSeq(list) && !list.flow && list.items.length > 0) return appendLines(text, list, devices.map(inline));
  const items = devices.map((device) => document.createNode(written(device), { flow: true }));
  const whole = document.createNode([...(isSeq(list) ? list.items : []), ...items]);
  if (isSeq(whole)) whole.flow = false;
  document.set('devices', whole);
  return document.toString({ lineWidth: 0 });
}

const inline = (device: DeviceConfig): string =>
  stringify(written(device), { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();

/** What has to be said: defaults are left out. */
function written(device: DeviceConfig): Record<string, unknown> {
  const { dependsOn, tags, profile, ...rest } = device;
  const said = {
    ...rest,
    ...(profile !== 'native' && { profile }),
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(tags.length > 0 && { tags }),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}
