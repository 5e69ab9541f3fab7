import { catalogue } from '../../i18n/catalogue.ts';

/** The turns of an incident and the limits of its rule, as they stand on the curve. */
export const evidenceText = catalogue(
  {
    abnormal: '异常时段',
    began: '开始',
    fired: '触发',
    acked: '确认',
    over: '恢复',
    goesOn: '仍在持续',
    above: (value: string) => `高于 ${value} 告警`,
    below: (value: string) => `低于 ${value} 告警`,
    clearBelow: (value: string) => `低于 ${value} 恢复`,
    clearAbove: (value: string) => `高于 ${value} 恢复`,
  },
  {
    abnormal: 'Abnormal',
    began: 'Began',
    fired: 'Alert',
    acked: 'Acknowledged',
    over: 'Over',
    goesOn: 'not recovered',
    above: (value) => `alert above ${value}`,
    below: (value) => `alert below ${value}`,
    clearBelow: (value) => `over below ${value}`,
    clearAbove: (value) => `over above ${value}`,
  },
);
