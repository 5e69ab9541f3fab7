import { catalogue } from '../../i18n/catalogue.ts';

/** What a timeline says the system did or saw, by the wire's own word; `why` in words, '' where there is none. */
export const happenedText = catalogue(
  {
    opened: (why: string) => `事件开始${after('：', why)}`,
    moved: () => '并入同一原因的另一起告警',
    merged: () => '并入同一原因的另一起告警',
    pending: (why: string) => `开始异常${after('：', why)}`,
    dropped: (why: string) => `自行恢复${after('：', why)}`,
    firing: (why: string) => `系统发出告警${after('：', why)}`,
    resolved: (why: string) => `恢复${after('：', why)}`,
    unknown: (why: string) => `情况不明${after('：', why)}`,
    known: (why: string) => `情况已明${after('：', why)}`,
    'silence-ended': () => '静默到期，系统恢复提醒',
    'ack-reopened': () => '情况加重，系统要求重新确认',
  },
  {
    opened: (why) => `The incident began${after(': ', why)}`,
    moved: () => 'Joined to another alert with the same cause',
    merged: () => 'Joined to another alert with the same cause',
    pending: (why) => `Abnormal from here on${after(': ', why)}`,
    dropped: (why) => `Recovered by itself${after(': ', why)}`,
    firing: (why) => `The system raised the alert${after(': ', why)}`,
    resolved: (why) => `Recovered${after(': ', why)}`,
    unknown: (why) => `Unknown from here on${after(': ', why)}`,
    known: (why) => `Known again${after(': ', why)}`,
    'silence-ended': () => 'The silence ended; the system reminds again',
    'ack-reopened': () => 'It got worse, so the system asks for a new acknowledgement',
  },
);

/** What a person did; `note` is in that person's own words. */
export const deedText = catalogue(
  {
    ack: (who: string, note: string) => `${who} 确认了告警${after('：', note)}`,
    assign: (who: string, note: string) => `${who} 指派处理人${after('：', note)}`,
    comment: (who: string, note: string) => `${who} 评论：${note}`,
    silence: (who: string, note: string) => `${who} 设了静默，到 ${note}`,
    resolve: (who: string, note: string) => `${who} 结案${after('：', note)}`,
    resolved: (who: string, note: string) => `${who} 结案，告警结束${after('：', note)}`,
    other: (who: string, note: string) => `${who} 做了处理${after('：', note)}`,
  },
  {
    ack: (who, note) => `${who} acknowledged it${after(': ', note)}`,
    assign: (who, note) => `${who} gave it to${after(' ', note)}`,
    comment: (who, note) => `${who} commented: ${note}`,
    silence: (who, note) => `${who} silenced it until ${note}`,
    resolve: (who, note) => `${who} closed it${after(': ', note)}`,
    resolved: (who, note) => `${who} closed it, and the alert ended${after(': ', note)}`,
    other: (who, note) => `${who} dealt with it${after(': ', note)}`,
  },
);

function after(sign: string, words: string): string {
  return words === '' ? '' : `${sign}${words}`;
}

/** Why, where the system gives a named reason; its other words (ids of alerts) are for machines and not shown. */
export const whyText = catalogue(
  {
    above: '高于设定值',
    below: '低于设定值',
    state: '状态异常',
    silent: '没有消息',
    'closed-hours': '非开放时段用电',
    'never-zero': '水流一直不停',
    'still-so': '异常仍在持续',
    cleared: '条件已消除',
    'cause-is-back': '上级设备已恢复',
    threshold: '数值越过设定值',
    'state-in-period': '状态异常',
    'closed-hours-power': '非开放时段用电',
    'never-zero-flow': '水流一直不停',
    'period-ended': '时段结束',
    'rule-removed': '规则已删除',
    'parent-down': '上级断线',
    'parent-silent': '上级断线',
    'gateway-start': '系统刚启动，还没有收到它的消息',
    awaited: '已登记在用，正在等待它的消息',
    'store-down': '系统暂时不能存储，无法判断',
    'clock-step': '系统的时钟被调整过，正在重新判断',
    'network-down': '系统自己的网络断了，暂时探测不到它',
    'never-seen': '登记以来从未上报过',
    heard: '重新收到消息',
    'device-retired': '设备已停用',
    'not-selected': '规则不再看管这台设备',
  },
  {
    above: 'above the limit',
    below: 'below the limit',
    state: 'abnormal state',
    silent: 'no message came',
    'closed-hours': 'power used in closed hours',
    'never-zero': 'the flow never stopped',
    'still-so': 'it still goes on',
    cleared: 'the condition is gone',
    'cause-is-back': 'the device above it is back',
    threshold: 'a value beyond its limit',
    'state-in-period': 'abnormal state',
    'closed-hours-power': 'power used in closed hours',
    'never-zero-flow': 'the flow never stopped',
    'period-ended': 'the period ended',
    'rule-removed': 'the rule was removed',
    'parent-down': 'the device above it is down',
    'parent-silent': 'the device above it is down',
    'gateway-start': 'the system has just started and has not heard from it yet',
    awaited: 'in use; waiting for its next message',
    'store-down': 'the system cannot store at the moment',
    'clock-step': 'the system clock was changed; finding out again',
    'network-down': 'the system’s own network is down, so it cannot be probed',
    'never-seen': 'no report since it was registered',
    heard: 'it reports again',
    'device-retired': 'the device was taken out of use',
    'not-selected': 'the rule no longer looks at this device',
  },
);
