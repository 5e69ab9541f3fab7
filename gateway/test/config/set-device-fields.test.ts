import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type DeviceFields, setDeviceFields as edit } from '../../src/config/set-device-fields.ts';
import { textOf } from './text-of.ts';

const TEXT = `# devices of the school
devices:
  - { id: a, name: 甲, kind: door, place: p }   # by the gate
  - id: b
    name: 乙
    fields: { x: power_w } # as delivered
  - id: c
    fields:
      y: power_w
    place: q
`;
const setDeviceFields = (text: string, id: string, fields: DeviceFields): string => textOf(edit(text, id, fields));
const entry = (text: string, n: number): Record<string, unknown> => parse(text).devices[n];

test('a device without fields gets them, and no other line changes', () => {
  const after = setDeviceFields(TEXT, 'a', { 'a.b': { metric: 'power_w' }, off: null });
  expect(entry(after, 0)['fields']).toEqual({ 'a.b': 'power_w', off: null });
  expect(after.split('\n').filter((line) => !TEXT.includes(line))).toHaveLength(1);
  expect(after).toContain('# by the gate');
});

test('further ones stand beside those that are there; a name said again gets its new meaning', () => {
  const map = { '["odd.key"]': { metric: 'door_open', map: { open: 1, 关: 0, '?': null } } };
  const after = setDeviceFields(TEXT, 'b', map);
  expect(entry(after, 1)['fields']).toEqual({ x: 'power_w', ...map });
  expect(after).toContain('# as delivered');
  const again = setDeviceFields(after, 'b', { x: { metric: 'power_w', scale: '1/1000' } });
  expect(entry(again, 1)['fields']).toEqual({ x: { metric: 'power_w', scale: '1/1000' }, ...map });
});

test('fields over several lines are kept, with what else the file says', () => {
  const after = setDeviceFields(TEXT, 'c', { z: { metric: 'current_a' } });
  expect(entry(after, 2)).toEqual({ id: 'c', fields: { y: 'power_w', z: 'current_a' }, place: 'q' });
  expect(after).toContain('# by the gate');
});

test('a device that is not in the file changes nothing', () => {
  expect(setDeviceFields(TEXT, 'nobody', { z: null })).toBe(TEXT);
});
