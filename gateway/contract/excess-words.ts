/** By how much an alert is beyond what its rule allows, in words that fit what it watches. */
import type { ConditionKind, Text } from './enums.ts';
import { duration, isTimeUnit, quantity, quantityText, sidesOf, stateText } from './measure-words.ts';

const MINUTE_MS = 60_000;

interface Judged {
  readonly metric: string | null;
  readonly above: number | null;
  readonly below: number | null;
  readonly equals: number | null;
  readonly toleratedMs: number | null;
}

interface Beyond {
  readonly kind: ConditionKind;
  readonly excess: number | null;
  readonly unit: string;
}

/** @param judged what its rule compares, where that is still in force; undefined when nothing is beyond anything */
export function excessText({ kind, excess, unit }: Beyond, judged: Judged | undefined): Text | undefined {
  if (excess === null) return undefined;
  switch (kind) {
    case 'state-in-period':
    case 'silent':
      return lastedText(kind, excess * MINUTE_MS, judged);
    case 'closed-hours-power':
      return { zh: `多用 ${quantity(excess, unit)}`, en: `${quantity(excess, unit)} too much` };
    case 'never-zero-flow':
      return { zh: `流失约 ${quantity(excess, unit)}`, en: `about ${quantity(excess, unit)} lost` };
    default:
      return limitedText(excess, unit, judged);
  }
}

function lastedText(kind: 'state-in-period' | 'silent', lastedMs: number, judged: Judged | undefined): Text {
  const length = duration(lastedMs);
  const allowed = judged?.toleratedMs ? duration(judged.toleratedMs) : undefined;
  const beyond = allowed
    ? { zh: `（超过允许的 ${allowed.zh}）`, en: ` (longer than the allowed ${allowed.en})` }
    : { zh: '', en: '' };
  const what = kind === 'silent' ? { zh: '没有信号', en: 'no signal' } : stateOf(judged);
  if (what === undefined) return { zh: `持续 ${length.zh}`, en: `lasted ${length.en}` };
  return { zh: `${what.zh} ${length.zh}${beyond.zh}`, en: `${what.en} for ${length.en}${beyond.en}` };
}

const stateOf = (judged: Judged | undefined): Text | undefined =>
  judged?.metric && judged.equals !== null ? stateText(judged.metric, judged.equals) : undefined;

function limitedText(excess: number, unit: string, judged: Judged | undefined): Text {
  const more = quantityText(excess, unit);
  const limit = judged?.above ?? judged?.below;
  if (!judged?.metric || limit === undefined || limit === null)
    return { zh: `越限 ${more.zh}`, en: `${more.en} beyond the limit` };
  const isAbove = judged.above !== null;
  if (sidesOf(judged.metric)) {
    const allowed = quantityText(Math.abs(limit), unit);
    return { zh: `比允许的 ${allowed.zh}多偏 ${more.zh}`, en: `off by ${more.en} more than the allowed ${allowed.en}` };
  }
  const { zh, en } = quantityText(limit, unit);
  // A length of time is short of what it has to be.
  if (isTimeUnit(unit))
    return isAbove
      ? { zh: `比允许的 ${zh}多 ${more.zh}`, en: `${more.en} more than the allowed ${en}` }
      : { zh: `比要求的 ${zh}少 ${more.zh}`, en: `${more.en} short of ${en}` };
  return isAbove
    ? { zh: `比上限 ${zh} 高 ${more.zh}`, en: `${more.en} above the limit of ${en}` }
    : { zh: `比下限 ${zh} 低 ${more.zh}`, en: `${more.en} below the limit of ${en}` };
}
