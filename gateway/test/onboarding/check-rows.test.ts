import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { campusConfig } from '#contract/config/campus.ts';
import { readConfigTexts } from '../../src/config/load-config.ts';
import { onboardJobs } from '../../src/onboard-jobs.ts';

const { texts } = await readConfigTexts(resolve(import.meta.dirname, '../campus-config'));
const { places } = campusConfig.parse(parse(texts.files.get('campus') ?? ''));
const GOOD = { 名称: '新表', 类型: '电表', 位置: 'room-101' };
const check = (...rows: Record<string, string>[]) =>
  onboardJobs()
    .checkRows({
      rows: rows.map((cells, n) => ({ line: n + 2, cells: { ...GOOD, ...cells } })),
      places,
      profiles: [],
      texts,
    })
    .rows.map(({ errors }) => errors.map(({ column, message }) => `${column}: ${message.zh}`));

test('an id that stands twice is told whatever else is wrong, with this row or with another', () => {
  const twice = 'id: 设备编号“m-1”写了两次，请改其中一个';
  const noPlace = '位置: 没有叫“火星”的地点';
  expect(check({ 编号: 'm-1', 位置: '火星' }, { 编号: 'm-1' })).toEqual([[noPlace], [twice]]);
  expect(check({ 编号: 'm-1' }, { 编号: 'm-1', 位置: '火星' })).toEqual([[], [noPlace, twice]]);
  expect(check({ 编号: 'm-2', 位置: '火星' }, { 编号: 'meter-101' })).toEqual([
    [noPlace],
    ['id: 设备编号“meter-101”写了两次，请改其中一个'],
  ]);
});

test('an address that stands twice is told too; one of an unknown profile says nothing', () => {
  const rows = check(
    { 编号: 'm-1', 地址: 'A', 位置: '火星' },
    { 编号: 'm-2', 地址: 'A' },
    { 编号: 'm-3', 地址: 'A', 协议: 'no' },
  );
  expect(rows).toEqual([
    ['位置: 没有叫“火星”的地点'],
    [expect.stringMatching(/^address: .*写了两次/)],
    [expect.stringMatching(/^协议: 没有叫“no”的数据格式/)],
  ]);
});

test('a row may depend on one that is not right yet', () => {
  expect(check({ 编号: 'sw-9', 类型: '飞机' }, { 编号: 'm-1', 依赖: 'sw-9' }, { 编号: 'm-2', 依赖: 'sw-eas' })).toEqual(
    [
      [expect.stringMatching(/^类型: 没有“飞机”这种类型/)],
      [],
      [expect.stringContaining('dependsOn: 没有编号为“sw-eas”的设备；是不是“sw-east”？')],
    ],
  );
});

test('a row in which nearly all is wrong is told of each of it', () => {
  const rows = check({ 编号: 'lib-1' }, { 编号: 'Lib 2', 类型: '电表箱', 位置: '月球' }, { 编号: 'meter-101' });
  expect(rows.map((errors) => errors.length)).toEqual([0, 3, 1]);
});
