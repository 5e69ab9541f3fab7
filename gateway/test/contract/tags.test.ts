import { expect, test } from 'vitest';
import { device } from '#contract/config/devices.ts';
import { selector } from '#contract/config/rules.ts';
import { devicePatch } from '#contract/http/campus.ts';
import { tagName } from '#contract/tags.ts';
import { deviceRows } from '../../src/onboarding/device-rows.ts';

const PLACES = [{ id: 'p', name: { zh: '楼', en: 'Building' }, kind: 'building' as const }];

test.each([
  [['教室'], ['room']],
  [
    ['Room', ' 照明 '],
    ['room', 'lighting'],
  ],
  [
    ['教室', 'room', '空调'],
    ['room', '空调'],
  ],
  [['constructor'], ['constructor']],
])('the tags %j are %j wherever they are written', (tags, expected) => {
  expect(device.parse({ id: 'm', name: 'm', kind: 'door', place: 'p', tags }).tags).toEqual(expected);
  expect(devicePatch.parse({ change: { tags }, was: { tags } })).toEqual({
    change: { tags: expected },
    was: { tags: expected },
  });
  expect(selector.parse({ tags }).tags).toEqual(expected);
  const cells = { 编号: 'm', 名称: 'm', 类型: '门磁', 位置: '楼', 标签: tags.join('；') };
  expect(deviceRows([{ line: 2, cells }], { places: PLACES, profiles: [] })[0]?.device?.tags).toEqual(expected);
});

test('a shipped tag is shown in the language of its reader, another as it is written', () => {
  expect([tagName('room', 'zh'), tagName('room', 'en'), tagName('空调', 'en')]).toEqual(['教室', 'room', '空调']);
  expect(tagName('constructor', 'zh')).toBe('constructor');
});
