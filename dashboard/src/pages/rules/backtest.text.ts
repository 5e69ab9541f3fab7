import { catalogue } from '../../i18n/catalogue.ts';

export const backtestText = catalogue(
  {
    run: '回测近 30 天',
    running: '正在回测…',
    hint: '回测不保存、不通知，只用已存的数据算一遍。',
    title: '回测结果',
    none: (rules: number) => `${rules === 1 ? '这条' : '这份'}规则在近 30 天一次也不会告警。`,
    some: (count: number, yuan: string | undefined, rules: number) =>
      `${rules === 1 ? '这条' : '这份'}规则在近 30 天会告警 ${count} 次${yuan === undefined ? '' : `，涉及 ${yuan}`}。`,
    noData: '还没有数据，无法回测。',
    byRule: '各规则次数',
    times: (count: number) => `${count} 次`,
    outdated: '回测之后规则又改过，结果对应改之前的文字。',
    problems: '不能回测：',
    ongoing: '未恢复',
    when: '时间',
    what: '内容',
    cost: '费用',
    more: (count: number) => `再显示 ${count} 次`,
  },
  {
    run: 'Back-test the last 30 days',
    running: 'Back-testing…',
    hint: 'A back-test saves and notifies nothing; it only goes through the stored data.',
    title: 'Result of the back-test',
    none: (rules) => `${rules === 1 ? 'This rule' : 'These rules'} would not have alerted once in the last 30 days.`,
    some: (count, yuan, rules) =>
      `${rules === 1 ? 'This rule' : 'These rules'} would have alerted ${count === 1 ? 'once' : `${count} times`} in the last 30 days${yuan === undefined ? '' : `, about ${yuan}`}.`,
    noData: 'There are no data yet to back-test with.',
    byRule: 'How often each',
    times: (count) => (count === 1 ? 'once' : `${count} times`),
    outdated: 'The rules were edited after the back-test; the result is that of the text before.',
    problems: 'Cannot be back-tested:',
    ongoing: 'not recovered',
    when: 'When',
    what: 'What',
    cost: 'Cost',
    more: (count) => `Show ${count} more`,
  },
);
