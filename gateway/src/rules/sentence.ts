/** An alert as a guard reads it: place, what, since when, how bad, what to do, whose. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { RuleConfig } from '#contract/config/rules.ts';
import type { Text } from '#contract/enums.ts';
import { duration, isOpening, measuredText, quantity, stateText } from '#contract/measure-words.ts';
import { money } from '#contract/money.ts';
import { whereText } from '../shared/where-text.ts';
import type { Step } from './phase.ts';
import { rangeText, timeText } from './sentence-words.ts';
import { GONE_REASONS, type GoneReason } from './transition.ts';
import type { RuleSet } from './watch-list.ts';

export interface Told {
  readonly rule: RuleConfig;
  readonly device: DeviceConfig;
  readonly set: RuleSet;
  readonly step: Step;
  readonly at: number;
  /** Worst value, lowest flow. */
  readonly value: number | null;
  readonly excess: number | null;
  readonly unit: string;
  readonly yuan: number | null;
}

const NONE: Text = { zh: '', en: '' };

export function sentenceOf(told: Told): Text {
  const { device, set, step } = told;
  const gone = GONE_REASONS.find((reason) => reason === step.reason);
  if (gone !== undefined) return removedSentence(gone, told.rule.name, whereText(device, set.registry));
  const ended = step.to === 'resolved' || step.to === 'dropped';
  const where = whereText(device, set.registry);
  const isBack = !ended && step.isGone && step.to !== 'unknown';
  const isPast = ended || step.isGone;
  const what = whatText(told);
  const span = spanText(told, isPast);
  const often = returnsText(told);
  const bad = badText(told, isPast);
  const tail = [
    holidayNote(told),
    step.to === 'unknown' ? UNSEEN : NONE,
    isBack ? BACK : NONE,
    ...(ended || isBack ? [] : [adviceText(told), keeperText(device)]),
  ];
  return {
    zh: `${where.zh}：${span.zh}${what.zh}${often.zh}${bad.zh}。${tail.map((text) => text.zh).join('')}`,
    en: [`${where.en}: ${what.en} ${span.en}${often.en}${bad.en}.`, ...tail.map((text) => text.en)]
      .filter((text) => text !== '')
      .join(' '),
  };
}

export function removedSentence(why: GoneReason, rule: Text | string, where: Text): Text {
  const name = typeof rule === 'string' ? { zh: rule, en: rule } : rule;
  if (why === 'device-retired')
    return {
      zh: `${where.zh}：设备已停用，这条告警随之结束。`,
      en: `${where.en}: the device is no longer in use, which ends this alert.`,
    };
  if (why === 'not-selected')
    return {
      zh: `${where.zh}：规则“${name.zh}”不再看管这台设备，这条告警随之结束。`,
      en: `${where.en}: the rule “${name.en}” no longer looks at this device, which ends this alert.`,
    };
  return {
    zh: `${where.zh}：规则“${name.zh}”已停用，这条告警随之结束。`,
    en: `${where.en}: the rule “${name.en}” is no longer in use, which ends this alert.`,
  };
}

const UNSEEN: Text = { zh: '现在情况不明。', en: 'Its present state is unknown.' };

/** The clear delay runs: nobody has to go and look, and it may come back. */
const BACK: Text = { zh: '现已恢复，还在确认。', en: 'It is back to normal, to be confirmed.' };

function whatText({ rule, step, value }: Told): Text {
  switch (rule.kind) {
    case 'threshold': {
      const isAbove = rule.above !== undefined;
      const { zh, en } = measuredText({ metric: rule.metric, isAbove, limit: rule.above ?? rule.below ?? 0 }, value);
      return { zh, en: `${en},` };
    }
    case 'state-in-period': {
      const state = stateText(rule.metric, rule.equals);
      const when = periodText(rule.period);
      return { zh: `${state.zh}${when.zh}`, en: `${state.en}${when.en}` };
    }
    case 'silent':
      return step.cause === 'never-seen'
        ? { zh: '从未收到过信号', en: 'never heard' }
        : { zh: '没有信号', en: 'no signal' };
    case 'closed-hours-power': {
      const power = value === null ? '' : ` ${quantity(value, 'W')}`;
      return { zh: `非开放时段用电${power}`, en: `uses${power} outside opening hours` };
    }
    case 'never-zero-flow': {
      const flow =
        value === null
          ? NONE
          : { zh: `，每小时至少 ${quantity(value, 'L')}`, en: `, at least ${quantity(value, 'L')} every hour,` };
      return { zh: `水流从未停过${flow.zh}`, en: `water never stops${flow.en}` };
    }
  }
}

function periodText(period: string): Text {
  if (period === 'closed') return { zh: '（非开放时段）', en: ' outside opening hours' };
  if (period === 'open') return { zh: '（开放时段）', en: ' during opening hours' };
  return NONE;
}

function spanText({ set, step, at }: Told, ended: boolean): Text {
  if (ended) return rangeText(step.since, step.until, set.calendar);
  const from = timeText(step.since, at, set.calendar);
  return { zh: `自 ${from.zh} 起`, en: `since ${from.en}` };
}

/** What went and came back again and again is one story that says how often. */
function returnsText({ rule, step }: Told): Text {
  if (step.returns === 0) return NONE;
  const times = step.returns + 1;
  const how =
    rule.kind === 'silent'
      ? '时断时续'
      : rule.kind === 'state-in-period' && isOpening(rule.metric)
        ? '时开时关'
        : '反复';
  return { zh: `，${how} ${times} 次`, en: `, on and off ${times} times` };
}

function badText({ rule, step, excess, unit, yuan }: Told, ended: boolean): Text {
  const cost = yuan === null || yuan < 0.01 ? NONE : { zh: `，约 ${money(yuan)}`, en: `, about ${money(yuan)}` };
  switch (rule.kind) {
    case 'threshold':
      return NONE;
    case 'state-in-period':
    case 'silent': {
      if (step.until - step.since < 60_000) return NONE;
      const long = duration(step.until - step.since);
      return ended
        ? { zh: `，共 ${long.zh}`, en: `, ${long.en} in all` }
        : { zh: `，已 ${long.zh}`, en: `, ${long.en} so far` };
    }
    case 'closed-hours-power': {
      if (excess === null || excess < 0.005) return NONE;
      const energy = quantity(excess, unit);
      return { zh: `，多用 ${energy}${cost.zh}`, en: `, ${energy} too much${cost.en}` };
    }
    case 'never-zero-flow': {
      if (excess === null) return NONE;
      const water = quantity(excess, unit);
      return { zh: `，流失约 ${water}${cost.zh}`, en: `, about ${water} lost${cost.en}` };
    }
  }
}

/** A judgement by a year whose holidays nobody loaded says so. */
function holidayNote({ rule, device, set, at }: Told): Text {
  const period = rule.kind === 'closed-hours-power' ? 'closed' : 'period' in rule ? rule.period : 'always';
  if (period === 'always') return NONE;
  const date = set.calendar.dateOf(at);
  if (set.calendar.day(date, device.place).holidaysLoaded) return NONE;
  const year = date.slice(0, 4);
  return { zh: `（${year} 年的节假日未载入。）`, en: `(Holidays of ${year} not loaded.)` };
}

const ADVICE: Readonly<Record<RuleConfig['kind'], Text>> = {
  threshold: { zh: '请去查看。', en: 'Please check it.' },
  'state-in-period': { zh: '请去查看。', en: 'Please check it.' },
  silent: { zh: '请检查电源和网络。', en: 'Please check its power and network.' },
  'closed-hours-power': { zh: '请去关掉不用的电器。', en: 'Please switch off what nobody needs.' },
  'never-zero-flow': { zh: '请检查水龙头、马桶和管道。', en: 'Please check taps, toilets and pipes.' },
};

function adviceText({ rule }: Told): Text {
  const advice = rule.advice ?? ADVICE[rule.kind];
  return { zh: withStop(advice.zh, '。'), en: withStop(advice.en, '.') };
}

function keeperText({ custodian }: DeviceConfig): Text {
  return custodian === undefined ? NONE : { zh: `责任人：${custodian}。`, en: `Responsible: ${custodian}.` };
}

function withStop(text: string, stop: string): string {
  return /[。．.!！?？]$/.test(text) ? text : `${text}${stop}`;
}
