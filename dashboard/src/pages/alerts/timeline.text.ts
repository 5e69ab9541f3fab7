import { catalogue } from '../../i18n/catalogue.ts';

/** What a timeline may say happened, by the wire's own word. */
export const happenedText = catalogue(
  {
    opened: '事件开始',
    moved: '并入另一起事件',
    merged: '已并入另一起事件',
    pending: '条件开始成立',
    dropped: '条件提前消失',
    firing: '告警触发',
    resolved: '恢复',
    unknown: '看不到实际情况',
    known: '重新看到实际情况',
    ack: '确认',
    assign: '指派',
    comment: '评论',
    silence: '静默',
    resolve: '关闭',
    'silence-ended': '静默结束',
    'ack-reopened': '情况加重，需重新确认',
  },
  {
    opened: 'Incident began',
    moved: 'Moved into another incident',
    merged: 'Merged into another incident',
    pending: 'The condition began',
    dropped: 'The condition went by itself',
    firing: 'Alert',
    resolved: 'Over',
    unknown: 'Can no longer be seen',
    known: 'Can be seen again',
    ack: 'Acknowledged',
    assign: 'Assigned',
    comment: 'Comment',
    silence: 'Silenced',
    resolve: 'Closed',
    'silence-ended': 'The silence ended',
    'ack-reopened': 'It got worse and needs a new acknowledgement',
  },
);

/** Why, where the wire gives a named reason; anything else was typed by a person and is shown as it is. */
export const whyText = catalogue(
  {
    above: '高于设定值',
    below: '低于设定值',
    state: '状态不应如此',
    silent: '没有消息',
    'closed-hours': '关闭时段用电',
    'never-zero': '水流一直不停',
    cleared: '条件已消除',
    'period-ended': '时段结束',
    'rule-removed': '规则已删除',
  },
  {
    above: 'above the limit',
    below: 'below the limit',
    state: 'a state that should not be',
    silent: 'no message came',
    'closed-hours': 'power used in closed hours',
    'never-zero': 'the flow never stopped',
    cleared: 'the condition is gone',
    'period-ended': 'the period ended',
    'rule-removed': 'the rule was removed',
  },
);
