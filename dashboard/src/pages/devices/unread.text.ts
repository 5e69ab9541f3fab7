import { catalogue } from '../../i18n/catalogue.ts';

/** Values of a registered device that are not recorded. */
export const unreadText = catalogue(
  {
    unseen: '还没有报文带有这个字段：',
    near: '。是不是：',
    stop: '。',
    devices: '已登记设备未记录的数值',
    devicesHint: '这些设备已登记，但报文里有些数值没有记录。',
    count: (count: number) => `${count} 个数值未记录`,
    line: (count: number) => `${count} 个数值未记录：`,
    choose: '选择',
    close: '收起',
    hint: '这些数值在报文里，但它的数据格式没有读。说明是什么，从下一条报文开始记录；不需要的可以不再提示。',
    notYours: '由管理员选择要记录的数值。',
    not: '不需要',
    undo: '撤销',
    notNeeded: '不再提示',
    change: '修改',
    takeAll: (count: number) => `全部采用建议（${count} 个）`,
    save: (count: number) => `保存 ${count} 项`,
    saving: '正在保存…',
    saved: (count: number) => `已保存 ${count} 项，从下一条报文开始记录。`,
  },
  {
    unseen: 'No message has had this field yet:',
    near: '. Was one of these meant: ',
    stop: '.',
    devices: 'Values of registered devices that are not recorded',
    devicesHint: 'These devices are registered; some values in their messages are not recorded.',
    count: (count) => (count === 1 ? '1 value not recorded' : `${count} values not recorded`),
    line: (count) => (count === 1 ? '1 value not recorded:' : `${count} values not recorded:`),
    choose: 'pick',
    close: 'close',
    hint: 'These values are in the messages, but the data format does not read them. Say what they are, and they are recorded from the next message on; those that are not needed need not be shown again.',
    notYours: 'An administrator picks the values to record.',
    not: 'Not needed',
    undo: 'Undo',
    notNeeded: 'not shown again',
    change: 'Change',
    takeAll: (count) => `Take all that are proposed (${count})`,
    save: (count) => (count === 1 ? 'Save 1 choice' : `Save ${count} choices`),
    saving: 'Saving…',
    saved: (count) =>
      count === 1
        ? '1 choice saved; recorded from the next message on.'
        : `${count} choices saved; recorded from the next message on.`,
  },
);
