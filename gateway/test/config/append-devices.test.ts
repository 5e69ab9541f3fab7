import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { device, devicesConfig } from '#contract/config/devices.ts';
import { appendDevices } from '../../src/config/append-devices.ts';
import { SMALL } from './small-campus.ts';

const added = [
  device.parse({
    id: 'lamp-1',
    kind: 'electricity-meter',
    name: '灯, 一楼: "东"',
    place: 'hall',
    profile: 'tasmota',
    address: 'a/b #1',
  }),
  device.parse({
    id: 'door-1',
    kind: 'door',
    name: { zh: '门', en: 'Door' },
    place: 'hall',
    tags: ['x'],
    register: { digits: 6 },
  }),
];
const idsOf = (text: string) => devicesConfig.parse(parse(text)).devices.map(({ id }) => id);

describe('adding devices to devices.yaml', () => {
  it.each([
    ['a list of maps over several lines', SMALL.devices],
    ['one without a line break at the end', SMALL.devices.trimEnd()],
    ['one that ends with the list', SMALL.devices.replace('# 完\n', '')],
    ['devices in one line each', `devices:\n- { id: a, kind: door, name: 门, place: hall } # 一\n\n# 完\n`],
    [
      'something after the list',
      `devices:\n  - { id: a, kind: door, name: 门, place: hall }\n\ncredentials: [] # 无\n`,
    ],
    [
      'a name over several lines',
      `devices:\n  - id: a\n    kind: door\n    place: hall\n    name: >-\n      一\n      二\n# 完\n`,
    ],
  ])('keeps every line of %s', (_, text) => {
    const result = appendDevices(text, added);
    expect(idsOf(result)).toEqual([...idsOf(text), 'lamp-1', 'door-1']);
    const kept = result.split('\n').filter((line) => !line.includes('lamp-1') && !line.includes('door-1'));
    expect(kept.join('\n')).toBe(text);
    expect(devicesConfig.parse(parse(result)).devices.slice(-2)).toEqual(added);
  });

  it.each([
    ['an empty list', '# 设备\ndevices: [] # 还没有\n'],
    ['no list', '# 设备\ncredentials: []\n'],
    ['only comments', '# 设备\n'],
  ])('starts from %s and keeps the comments', (_, text) => {
    const result = appendDevices(text, added);
    expect(idsOf(result).slice(-2)).toEqual(['lamp-1', 'door-1']);
    expect(result).toContain('# 设备');
    expect(result.split('\n').filter((line) => /^\s*- \{/.test(line)).length).toBeGreaterThanOrEqual(2);
  });
});
