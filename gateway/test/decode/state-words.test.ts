import { describe, expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import { stateReader, stateWords } from '../../src/decode/state-words.ts';

const STATES = Object.entries(METRICS)
  .filter(([, { kind }]) => kind === 'state')
  .map(([metric]) => metric);

describe('words of a state', () => {
  test.each([
    ['door_open', 'OPEN', 1],
    ['door_open', 'CLOSE', 0],
    ['door_open', 'Closed', 0],
    ['door_open', ' open\r\n', 1],
    ['door_open', 'open\0', 1],
    ['door_open', 'TRUE', 1],
    ['door_open', 'off', 0],
    ['door_open', '开', 1],
    ['door_open', '关门', 0],
    ['door_open', 'locked', 0],
    ['door_open', 'unlocked', undefined],
    ['door_open', 'opening', undefined],
    ['door_open', 'unavailable', undefined],
    ['door_open', '', undefined],
    ['door_open', null, undefined],
    ['door_open', true, 1],
    ['door_open', 0, 0],
    ['door_open', '1', 1],
    ['door_open', 'many', Number.NaN],
    ['door_open', 'x'.repeat(10_000), Number.NaN],
    ['door_open', { open: 1 }, Number.NaN],
    ['door_open_ch3', 'OPEN', 1],
    ['valve_open', 'on', 1],
    ['water_leak', 'leak', 1],
    ['water_leak', 'normal', 0],
    ['water_leak', '漏水', 1],
    ['tamper', 'uninstalled', 1],
    ['battery_low', 'LOW', 1],
    ['battery_low', '正常', 0],
    ['online', 'Online', 1],
    ['online', '离线', 0],
    ['device_alert', '报警', 1],
  ])('%s of %j', (metric, raw, wanted) => {
    expect(stateReader(metric, false)(raw)).toEqual(wanted);
  });

  test('an inverted name turns yes and no round, and leaves what names the state', () => {
    const contact = stateReader('door_open', true);
    expect([true, 'ON', 1, '1', 'yes', '是'].map(contact)).toEqual([0, 0, 0, 0, 0, 0]);
    expect([false, 'off', 0, '否'].map(contact)).toEqual([1, 1, 1, 1]);
    expect(['open', 'OPEN', '开', 'closed', '关'].map(contact)).toEqual([1, 1, 1, 0, 0]);
  });

  test.each(STATES)('%s has words of its own, in both languages', (metric) => {
    const words = [...stateWords(metric).keys()];
    expect(words.some((word) => /[\u4e00-\u9fff]/.test(word))).toBe(true);
    expect(words.some((word) => /[a-z]/.test(word))).toBe(true);
    expect(words.every((word) => word === word.toLowerCase() && word.length <= 32)).toBe(true);
  });
});
