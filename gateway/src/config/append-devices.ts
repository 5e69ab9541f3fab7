import { isMap, isSeq, parseDocument, stringify, type YAMLSeq } from 'yaml';
import type { DeviceConfig } from '#contract/config/devices.ts';

/**
 * devices.yaml with further devices at the end of its list. All other lines stay as they are, comments and blanks
 * included; only a list that is still empty (`devices: []`) makes the file be written anew, comments kept.
 * @param text a devices.yaml that parses
 */
export function appendDevices(text: string, devices: readonly DeviceConfig[]): string {
  const document = parseDocument(text, { uniqueKeys: false });
  const list = document.get('devices', true);
  if (isSeq(list) && !list.flow && list.items.length > 0) return spliced(text, list, devices);
  const items = devices.map((device) => document.createNode(written(device), { flow: true }));
  const whole = document.createNode([...(isSeq(list) ? list.items : []), ...items]);
  if (isSeq(whole)) whole.flow = false;
  document.set('devices', whole);
  return document.toString({ lineWidth: 0 });
}

/** Inserts after the line on which the last device ends. */
function spliced(text: string, list: YAMLSeq, devices: readonly DeviceConfig[]): string {
  const end = lastOffset(list);
  const lineEnd = text.indexOf('\n', end);
  const at = lineEnd === -1 ? text.length : lineEnd;
  const first = list.range?.[0] ?? 0;
  const indent = ' '.repeat(first - (text.lastIndexOf('\n', first - 1) + 1));
  const lines = devices.map((device) => `\n${indent}- ${inline(device)}`);
  return `${text.slice(0, at)}${lines.join('')}${text.slice(at)}`;
}

const inline = (device: DeviceConfig): string =>
  stringify(written(device), { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();

/** Where the last device's last value ends, without the comments that follow it. */
function lastOffset(list: YAMLSeq): number {
  const last = list.items.at(-1);
  const range = isMap(last) && !last.flow ? lastValueRange(last) : rangeOf(last);
  // The end is after the value; a step back stays on its line even where the value ends with a line break.
  return Math.max(0, (range?.[1] ?? 0) - 1);
}

function lastValueRange(map: { readonly items: readonly { readonly value: unknown }[] }): Range | undefined {
  const value = map.items.at(-1)?.value;
  if (isMap(value) && !value.flow) return lastValueRange(value);
  if (isSeq(value) && !value.flow) return rangeOf(value.items.at(-1));
  return rangeOf(value);
}

type Range = readonly [number, number, number];

function rangeOf(node: unknown): Range | undefined {
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  if (!Array.isArray(range)) return undefined;
  const [start, end, next]: unknown[] = range;
  return typeof start === 'number' && typeof end === 'number' && typeof next === 'number'
    ? [start, end, next]
    : undefined;
}

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
