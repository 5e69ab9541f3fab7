import { catalogue } from './catalogue.ts';

/** What a flag on a reading means, in the fewest words; keyed by the flags of the wire. */
export const flagText = catalogue(
  {
    clock: '设备时钟不准，按到达时间计',
    late: '迟到的数据',
    conflict: '同一时刻有不同数值',
    'catch-up': '离线后补传',
    rollover: '读数翻转',
    reset: '读数归零或换表',
  },
  {
    clock: 'device clock wrong, time of arrival taken',
    late: 'arrived late',
    conflict: 'another value for the same time',
    'catch-up': 'sent after a break',
    rollover: 'register rolled over',
    reset: 'register reset or meter replaced',
  },
);
