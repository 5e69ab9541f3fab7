import type { RuleConfig, Selector } from '#contract/config/rules.ts';
import { beyondText, stateText } from '#contract/measure-words.ts';
import { tagName as tagNameOf } from '#contract/tags.ts';
import type { deviceKindText } from '../../i18n/device-kind.text.ts';
import type { Format } from '../../lib/format.ts';
import type { ruleWordsText } from './rule-words.text.ts';

export interface RuleVocabulary {
  readonly t: (typeof ruleWordsText)['zh'];
  readonly kinds: (typeof deviceKindText)['zh'];
  readonly format: Format;
  readonly deviceName: (id: string) => string;
  readonly placeName: (id: string) => string;
}

const mostNames = 3;

/** Which devices a rule watches, in words: 东门、南门的门磁. */
function watched(
  { kind, devices, places, tags }: Selector,
  { t, kinds, format, deviceName, placeName }: RuleVocabulary,
): string {
  const tagName = (tag: string): string => tagNameOf(tag, format.language);
  const named = (ids: readonly string[], name: (id: string) => string): string => {
    const names = ids.slice(0, mostNames).map(name).join(t.list);
    return ids.length > mostNames ? t.andMore(names, ids.length) : names;
  };
  if (devices !== undefined && devices.length > 0) return named(devices, deviceName);
  const isAll = places === undefined && tags === undefined;
  if (isAll) return kind === undefined ? t.everyDevice : t.everyKind(kinds[kind]);
  const what = kind === undefined ? t.devices : kinds[kind];
  const tagged = tags === undefined ? what : t.tagged(tags.map(tagName).join(t.list), what);
  return places === undefined ? tagged : t.inPlaces(named(places, placeName), tagged);
}

/** What must hold for a rule to alert, as one sentence without its end. */
export function ruleSentence(rule: RuleConfig, words: RuleVocabulary): string {
  const { t, format } = words;
  const who = watched(rule.select, words);
  switch (rule.kind) {
    case 'threshold': {
      const isAbove = rule.above !== undefined;
      const limit = rule.above ?? rule.below ?? 0;
      const sentence = t.looksFor(who, lower(beyondText({ metric: rule.metric, isAbove, limit })[format.language]));
      return rule.period === 'always' ? sentence : t.inPeriod(periodName(rule.period, t), sentence);
    }
    case 'state-in-period': {
      const state = stateText(rule.metric, rule.equals)[format.language];
      return t.inPeriod(periodName(rule.period, t), t.looksFor(who, state));
    }
    case 'silent':
      return rule.after === undefined
        ? t.silentIntervals(who, format.number(rule.intervals))
        : t.silentAfter(who, format.duration(rule.after));
    case 'closed-hours-power':
      return t.powerAbove(who, format.power(rule.aboveW));
    case 'never-zero-flow':
      return t.neverZero(who, format.quantity(rule.minLph, 'L/h'), format.number(rule.days));
  }
}

/** Within a sentence. */
const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function periodName(period: string, t: RuleVocabulary['t']): string {
  if (period === 'closed' || period === 'open' || period === 'always') return t[period];
  return t.bell(period.replace(/^bell:/, ''));
}
