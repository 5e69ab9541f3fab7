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
    alertsAt: (limit: string) => `${limit} 告警`,
    clearsAt: (limit: string) => `${limit} 恢复`,
  },
  {
    abnormal: 'Abnormal',
    began: 'Began',
    fired: 'Alert',
    acked: 'Acknowledged',
    over: 'Over',
    goesOn: 'not recovered',
    alertsAt: (limit) => `alert ${limit}`,
    clearsAt: (limit) => `over ${limit}`,
  },
);
