import { catalogue } from '../../i18n/catalogue.ts';

export const wasteText = catalogue(
  {
    weeks: '周数',
    lastWeeks: (count: number) => `近 ${count} 周`,
    sentence: (weeks: number, word: string, place: string, amount: string, yuan: string) =>
      `近 ${weeks} 周非开放时段${word}最多的是${place}：${amount}${yuan}。`,
    yuan: (yuan: string) => `，约 ${yuan}`,
    nothing: (weeks: number, word: string) => `近 ${weeks} 周非开放时段没有${word}记录。`,
    none: '没有可排行的房间',
    noneHint:
      '只排有自己的表计、且校历上会关闭的地点：在 config/devices.yaml 给房间登记表计，在 config/calendar.yaml 设置开放时段。',
    rank: '名次',
    room: '地点',
    total: '非开放时段用量',
    cost: '费用',
    share: '占总用量',
    week: (from: string) => `${from} 起`,
    running: '（本周至今）',
    known: '非开放时段数据完整率',
    more: (shown: number, all: number) => `共 ${all} 处，列出最多的 ${shown} 处。`,
    alwaysOpen: (count: number) => `另有 ${count} 处全天开放（宿舍、机房等），不参与排行。`,
    holidays: (years: string) => `${years} 年节假日未载入，非开放时段按星期推断。`,
    how: '非开放时段由校历和各处的开放时段决定，与告警规则相同。缺失的数据不计入，也不按零计。',
    openRoom: (place: string) => `查看${place}的用量`,
  },
  {
    weeks: 'Weeks',
    lastWeeks: (count) => (count === 1 ? 'this week' : `last ${count} weeks`),
    sentence: (weeks, word, place, amount, yuan) =>
      `Most ${word} in closed hours of the last ${weeks} weeks: ${place} with ${amount}${yuan}.`,
    yuan: (yuan) => `, about ${yuan}`,
    nothing: (weeks, word) => `No ${word} is recorded in closed hours of the last ${weeks} weeks.`,
    none: 'There are no rooms to rank',
    noneHint:
      'Ranked are places which have a meter of their own and which the calendar closes: enter meters of rooms in config/devices.yaml and opening hours in config/calendar.yaml.',
    rank: 'Rank',
    room: 'Place',
    total: 'Use in closed hours',
    cost: 'Cost',
    share: 'Of all use',
    week: (from) => `from ${from}`,
    running: ' (so far)',
    known: 'Closed hours known',
    more: (shown, all) => `The ${shown} with the most of ${all}.`,
    alwaysOpen: (count) =>
      count === 1 ? '1 more is always open and not ranked.' : `${count} more are always open and not ranked.`,
    holidays: (years) => `Holidays of ${years} are not loaded; closed hours follow the days of the week.`,
    how: 'Closed hours follow the calendar and the opening hours of each place, as the rules take them. What is missing is left out, not taken for nought.',
    openRoom: (place) => `Show the use of ${place}`,
  },
);
