import { describe, expect, it } from 'vitest';
import { deviceOf } from '../../test/samples.ts';
import { deviceReasonText } from './device-reason.text.ts';
import { devicesSentence, stateWhy } from './device-words.ts';
import { devicesText } from './devices.text.ts';

const zh = deviceReasonText.zh;

describe('why a device is in its state', () => {
  it('tells a report of being there from one of being gone', () => {
    expect(stateWhy(deviceOf(), undefined, zh)).toBe('正常上报');
    expect(stateWhy(deviceOf({ state: 'offline' }), undefined, zh)).toBe('设备自己报告离线');
  });

  it('names the parent, by its id when its name is not known', () => {
    const down = deviceOf({ state: 'unknown', stateReason: 'parent-down', parentDown: 'sw-1' });
    expect(stateWhy(down, '东门交换机', zh)).toContain('东门交换机');
    expect(stateWhy(down, undefined, zh)).toContain('sw-1');
  });

  it('has words for every reason, and shows one that is new as it is', () => {
    const reasons = [
      'silent',
      'will',
      'gateway-start',
      'awaited',
      'never-seen',
      'store-down',
      'clock-step',
      'maintenance',
      'retired',
    ];
    const said = reasons.map((stateReason) => stateWhy(deviceOf({ state: 'unknown', stateReason }), undefined, zh));
    expect(new Set(said).size).toBe(reasons.length);
    expect(said.join()).not.toMatch(/[a-z]/);
    expect(stateWhy(deviceOf({ stateReason: 'eclipse' }), undefined, zh)).toContain('eclipse');
  });
});

describe('the sentence about all devices', () => {
  const of = (...states: readonly ('online' | 'offline' | 'suspect' | 'unknown')[]): string =>
    devicesSentence(
      states.map((state) => ({ state })),
      devicesText.zh,
    );

  it('is short when all is well, and counts what is not', () => {
    expect(of()).toBe('还没有登记任何设备。');
    expect(of('online', 'online')).toBe('2 台：2 正常。');
    expect(of('online', 'unknown', 'offline', 'offline')).toBe('4 台：1 正常，2 离线，1 情况不明。');
  });
});
