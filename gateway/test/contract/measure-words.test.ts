import { describe, expect, it } from 'vitest';
import { excessText } from '#contract/excess-words.ts';
import { beyondText, limitText, measuredText, metricName, stateText } from '#contract/measure-words.ts';
import { METRICS } from '#contract/metrics.ts';

const above = (metric: string, limit: number) => ({ metric, isAbove: true, limit });
const below = (metric: string, limit: number) => ({ metric, isAbove: false, limit });
const both = ({ zh, en }: { zh: string; en: string }) => [zh, en];

describe('a limit in words', () => {
  it.each([
    [above('power_w', 5_000), '功率高于 5 kW', 'Power above 5 kW'],
    [below('voltage_v', 198), '电压低于 198 V', 'Voltage below 198 V'],
    [below('power_w_l2', -3_000), '功率 L2低于 -3 kW', 'Power L2 below -3 kW'],
    [below('storage_days', 30), '录像保存不足 30 天', 'Recordings kept for under 30 days'],
    [above('storage_days', 90), '录像保存超过 90 天', 'Recordings kept for over 90 days'],
    [above('camera_clock_skew_s', 60), '时钟偏快超过 60 秒', 'Clock fast by over 60 s'],
    [below('camera_clock_skew_s', -60), '时钟偏慢超过 60 秒', 'Clock slow by over 60 s'],
    [above('camera_clock_skew_s', -30), '时钟偏慢不足 30 秒', 'Clock slow by under 30 s'],
    [below('camera_clock_skew_s', 30), '时钟偏快不足 30 秒', 'Clock fast by under 30 s'],
    [below('camera_clock_skew_s', -7_200), '时钟偏慢超过 2 小时', 'Clock slow by over 2 h'],
  ])('%o', (of, zh, en) => expect(both(beyondText(of))).toEqual([zh, en]));

  it.each(Object.keys(METRICS))('of %s never says its unit twice, nor a length with a sign', (metric) => {
    const limits = (METRICS[metric]?.min ?? 0) < 0 ? [30, -30] : [30];
    for (const of of limits.flatMap((limit) => [above(metric, limit), below(metric, limit)])) {
      const { zh, en } = measuredText(of, of.isAbove ? of.limit + 10 : of.limit - 10);
      expect(zh).not.toMatch(/天数|(?:不足|超过) ?-|偏差/);
      expect(en).not.toMatch(/(?:under|over) -|skew/);
      expect(limitText(of).zh).toMatch(/(?:高于|低于|超过|不足) -?\d/);
    }
  });
});

describe('a value beyond its limit', () => {
  it.each([
    [above('power_w', 5_000), 6_250, '功率 6.25 kW，高于 5 kW', 'Power 6.25 kW, above 5 kW'],
    [below('storage_days', 30), 12, '录像保存 12 天，不足 30 天', 'Recordings kept for 12 days, under 30 days'],
    [below('camera_clock_skew_s', -60), -185, '时钟偏慢 185 秒，超过 60 秒', 'Clock slow by 185 s, over 60 s'],
    [above('camera_clock_skew_s', 60), 7_200, '时钟偏快 2 小时，超过 60 秒', 'Clock fast by 2 h, over 60 s'],
    [above('camera_clock_skew_s', -30), 0, '时钟偏慢 0 秒，不足 30 秒', 'Clock slow by 0 s, under 30 s'],
    [below('camera_clock_skew_s', -60), null, '时钟偏慢超过 60 秒', 'Clock slow by over 60 s'],
  ])('%o at %s', (of, value, zh, en) => expect(both(measuredText(of, value))).toEqual([zh, en]));
});

describe('states', () => {
  it.each(Object.keys(METRICS).filter((name) => METRICS[name]?.kind === 'state'))(
    '%s reads as something that is so, and as something that is not',
    (metric) => {
      expect(stateText(metric, 1).zh).not.toMatch(/：|是$/);
      expect(stateText(metric, 0).zh).not.toMatch(/：|否$/);
      expect(stateText(metric, 0)).not.toEqual(stateText(metric, 1));
    },
  );

  it('and names tell the channel', () => {
    expect(both(stateText('door_open_ch2', 1))).toEqual(['门开着（CH2）', 'door open (CH2)']);
    expect(both(metricName('power_w_l2'))).toEqual(['功率 L2', 'Power L2']);
  });
});

describe('how bad an alert is', () => {
  const compares = { metric: null, above: null, below: null, equals: null, toleratedMs: 0 };
  it.each([
    [
      { kind: 'state-in-period', excess: 2, unit: 'min' },
      { ...compares, metric: 'door_open', equals: 1, toleratedMs: 20_000 },
      ['门开着 2 分钟（超过允许的 20 秒）', 'door open for 2 min (longer than the allowed 20 s)'],
    ],
    [
      { kind: 'state-in-period', excess: 0.5, unit: 'min' },
      { ...compares, metric: 'door_open', equals: 0 },
      ['门关着 30 秒', 'door closed for 30 s'],
    ],
    [
      { kind: 'state-in-period', excess: 150, unit: 'min' },
      { ...compares, metric: 'camera_recording', equals: 0, toleratedMs: 120_000 },
      ['没有录像 2 小时 30 分钟（超过允许的 2 分钟）', 'not recording for 2 h 30 min (longer than the allowed 2 min)'],
    ],
    [
      { kind: 'silent', excess: 14, unit: 'min' },
      { ...compares, toleratedMs: 180_000 },
      ['没有信号 14 分钟（超过允许的 3 分钟）', 'no signal for 14 min (longer than the allowed 3 min)'],
    ],
    // Its rule is gone: only the length is known.
    [{ kind: 'state-in-period', excess: 14, unit: 'min' }, undefined, ['持续 14 分钟', 'lasted 14 min']],
    [{ kind: 'silent', excess: 14, unit: 'min' }, undefined, ['没有信号 14 分钟', 'no signal for 14 min']],
    [
      { kind: 'threshold', excess: 2.3, unit: '°C' },
      { ...compares, metric: 'temperature_c', above: 28 },
      ['比上限 28 °C 高 2.3 °C', '2.3 °C above the limit of 28 °C'],
    ],
    [
      { kind: 'threshold', excess: 40, unit: 'V' },
      { ...compares, metric: 'voltage_v', below: 198 },
      ['比下限 198 V 低 40 V', '40 V below the limit of 198 V'],
    ],
    [
      { kind: 'threshold', excess: 18, unit: 'd' },
      { ...compares, metric: 'storage_days', below: 30 },
      ['比要求的 30 天少 18 天', '18 days short of 30 days'],
    ],
    [
      { kind: 'threshold', excess: 125, unit: 's' },
      { ...compares, metric: 'camera_clock_skew_s', below: -60 },
      ['比允许的 60 秒多偏 125 秒', 'off by 125 s more than the allowed 60 s'],
    ],
    [{ kind: 'threshold', excess: 40, unit: 'V' }, undefined, ['越限 40 V', '40 V beyond the limit']],
    [
      { kind: 'closed-hours-power', excess: 0.14, unit: 'kWh' },
      { ...compares, metric: 'power_w', above: 300 },
      ['多用 0.14 kWh', '0.14 kWh too much'],
    ],
    [
      { kind: 'never-zero-flow', excess: 0.864, unit: 'm³' },
      { ...compares, metric: 'flow_lph', above: 20 },
      ['流失约 0.86 m³', 'about 0.86 m³ lost'],
    ],
  ] as const)('%o', (alert, judged, said) =>
    expect(both(excessText(alert, judged) ?? { zh: '', en: '' })).toEqual(said),
  );

  it('is not said of what nobody measured', () => {
    expect(excessText({ kind: 'threshold', excess: null, unit: '' }, undefined)).toBeUndefined();
  });
});
