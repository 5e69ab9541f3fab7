import { catalogue } from '../i18n/catalogue.ts';

export const pastAlertsText = catalogue(
  {
    from: '开始',
    until: '结束',
    length: '时长',
    what: '情况',
    handled: '处理人',
    notHandled: '尚未确认',
    probable: '推断',
  },
  {
    from: 'From',
    until: 'Until',
    length: 'Length',
    what: 'What',
    handled: 'Handled by',
    notHandled: 'not acknowledged',
    probable: 'probable',
  },
);
