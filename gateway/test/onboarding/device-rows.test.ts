import { expect, test } from 'vitest';
import { campusConfig } from '#contract/config/campus.ts';
import { deviceRows } from '../../src/onboarding/device-rows.ts';

const { places } = campusConfig.parse({
  name: '学校',
  sites: [{ id: 'main', name: '本部' }],
  places: [
    { id: 'campus', name: { zh: '校园', en: 'Campus' }, kind: 'campus' },
    { id: 'b1', name: { zh: '一号楼', en: 'Building 1' }, kind: 'building', parent: 'campus' },
    { id: 'b2', name: { zh: '二号楼', en: 'Building 2' }, kind: 'building', parent: 'campus' },
    { id: 'b1-101', name: '101', kind: 'room', parent: 'b1' },
    { id: 'b2-101', name: '101', kind: 'room', parent: 'b2' },
  ],
});
const profiles = [{ id: 'dlt645', name: { zh: 'DL/T 645 电表', en: 'DL/T 645 meters' } }];
const read = (cells: Record<string, string>, line = 2) => {
  const row = deviceRows([{ line, cells }], { places, profiles })[0];
  return row && { line: row.line, device: row.device, errors: row.errors };
};
const GOOD = { 编号: 'm-1', 名称: '一号楼总表', 类型: '电表', 位置: '一号楼' };

test('a row as a school writes it', () => {
  const cells = {
    ...{
      ...GOOD,
      协议: 'DL/T 645 电表',
      '表号(12位)': '000012345678',
      保管人: '李工',
      '间隔*': '15分钟',
      厂家: '威胜',
    },
    ...{
      型号: 'DTSD341',
      序列号: 'A1',
      倍率: '400/5',
      标签: 'sub、空调',
      依赖: 'sw-1',
      位数: '6',
      备注: '新装',
      序号: '1',
    },
  };
  expect(read(cells)).toEqual({
    line: 2,
    errors: [],
    device: {
      ...{ id: 'm-1', name: { zh: '一号楼总表', en: '一号楼总表' }, kind: 'electricity-meter', place: 'b1' },
      ...{ profile: 'dlt645', address: '000012345678', custodian: '李工', intervalS: 900, manufacturer: '威胜' },
      ...{ model: 'DTSD341', serial: 'A1', ratio: { ct: 80, pt: 1 }, tags: ['sub', '空调'], dependsOn: ['sw-1'] },
      register: { digits: 6 },
    },
  });
});

const errorsOf = (cells: Record<string, string>) =>
  read({ ...GOOD, ...cells })?.errors.map(({ message }) => message.zh);

test('a tag in quotes may have separators inside', () => {
  expect(read({ ...GOOD, 标签: '"一、二"; "q;r"; s' })?.device?.tags).toEqual(['一、二', 'q;r', 's']);
});

test('a name that nothing has comes with what was probably meant', () => {
  expect(errorsOf({ 协议: 'DL/T 645' })).toEqual(['没有叫“DL/T 645”的数据格式；是不是“DL/T 645 电表”？']);
  expect(errorsOf({ 协议: 'dlt654' })).toEqual(['没有叫“dlt654”的数据格式；是不是“dlt645”？']);
  expect(errorsOf({ 类型: '电表箱' })).toEqual(['没有“电表箱”这种类型；是不是“电表”？']);
  expect(errorsOf({ 位置: '三号楼' })).toEqual(['没有叫“三号楼”的地点；是不是“一号楼”？']);
  expect(errorsOf({ 位置: '操场看台' })).toEqual(['没有叫“操场看台”的地点']);
});

test('every error of a row is told at once', () => {
  const cells = { 编号: 'Meter 1', 名称: '', 类型: '飞机', 位置: '火星', 协议: 'none of these', 间隔: '-5', 倍率: 'x' };
  const columns = read(cells)?.errors.map(({ column }) => column);
  expect(columns?.toSorted()).toEqual(['name', '位置', '倍率', '协议', '类型', '编号', '间隔'].toSorted());
});

test('the names of devices.yaml do as well; an empty cell is no cell', () => {
  const cells = {
    id: 'd',
    name: '门',
    kind: 'door',
    place: 'b1-101',
    profile: '',
    intervalS: ' 60 ',
    'register.digits': '',
  };
  expect(read(cells)?.device).toMatchObject({
    id: 'd',
    kind: 'door',
    place: 'b1-101',
    profile: 'native',
    intervalS: 60,
  });
});

test.each([
  ['一号楼101', 'b1-101'],
  ['二号楼 / 101', 'b2-101'],
  ['校园-一号楼-101', 'b1-101'],
  ['Building 2', 'b2'],
  ['b2-101', 'b2-101'],
])('a place by the way that leads to it: %s', (text, id) => {
  expect(read({ ...GOOD, 位置: text })?.device?.place).toBe(id);
});

test.each([
  ['a name that two have', { 位置: '101' }, '位置', /b1-101, b2-101/],
  ['no such place', { 位置: '三号楼' }, '位置', /三号楼/],
  ['no such kind', { 类型: '锅炉' }, '类型', /锅炉/],
  ['no such profile', { 协议: 'x' }, '协议', /x/],
  ['an id that is none', { 编号: '一号' }, '编号', /小写字母/],
  ['an interval that is none', { 间隔: '常常' }, '间隔', /常常/],
  ['a ratio that is none', { 倍率: '很大' }, '倍率', /很大/],
  ['an unknown column', { 颜色: '红' }, '颜色', /颜色/],
  ['one thing in two columns', { id: 'm-2' }, 'id', /编号/],
  ['a name that is missing', { 名称: ' ' }, 'name', /名称/],
])('an error names its line and column: %s', (_, over, column, message) => {
  const row = read({ ...GOOD, ...over }, 7);
  expect(row?.device).toBeNull();
  expect(row?.line).toBe(7);
  expect(row?.errors.map((error) => error.column)).toEqual([column]);
  expect(row?.errors[0]?.message.zh).toMatch(message);
});

test.each([
  ['80', { ct: 80, pt: 1 }],
  ['400/5A', { ct: 80, pt: 1 }],
  ['CT 80 PT 100', { ct: 80, pt: 100 }],
  ['80×100', { ct: 80, pt: 100 }],
])('ratio %s', (text, ratio) => {
  expect(read({ ...GOOD, 倍率: text })?.device?.ratio).toEqual(ratio);
});

test.each([
  ['90', 90],
  ['90s', 90],
  ['15分钟', 900],
  ['15 min', 900],
  ['1小时', 3_600],
  ['1h', 3_600],
  ['1天', 86_400],
])('interval %s', (text, seconds) => {
  expect(read({ ...GOOD, 间隔: text })?.device?.intervalS).toBe(seconds);
});
