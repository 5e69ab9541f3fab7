import { quantityIn, unitOf } from '#contract/units.ts';
import { directionOf, isOfOtherMedium } from '../shared/name-meaning.ts';
import { underscored } from '../shared/name-words.ts';
import type { FieldName } from './field-name.ts';
import type { Scalar, ScalarField } from './read-message.ts';

/** What the message as a whole speaks of; a bare `total` is read by it. */
export interface MessageContext {
  readonly topicWords: string;
  readonly isWater: boolean;
  readonly isElectric: boolean;
  /** Something in it that no water meter has beside the word “current”: volts, watts, kilowatt-hours. */
  readonly isMeterOfElectricity: boolean;
  /** It speaks of panels or of an inverter: what it counts may be made, and not used. */
  readonly isMaker: boolean;
  /** `day` stands beside `night`: two tariffs, and no day that begins at midnight. */
  readonly isByDayAndNight: boolean;
  /** It says that it counts heat or gas. */
  readonly isOtherMedium: boolean;
}

export function contextOf(topic: string, fields: readonly ScalarField[], names: readonly FieldName[]): MessageContext {
  const topicWords = underscored(topic);
  // Of a battery, and no metered energy: 剩余电量.
  const all = `${topicWords}${names
    .filter(({ own }) => !/电池|剩余|batt/.test(own))
    .map(({ own, whole }) => own + whole)
    .join('')}`;
  const isMeterOfElectricity =
    /_(?:voltage|volts?|power|kwh|wh|kw|energy|watts?|pf|apparent|reactive|apower|elec\w*|[ui][abc123]|电压|功率\p{L}*|电能\p{L}*|电量)_/u.test(
      all,
    ) ||
    /电[压流能量表]|有功/.test(all) ||
    fields.some(({ value }) => isElectric(value));
  return {
    topicWords,
    isMeterOfElectricity,
    isMaker:
      directionOf(topicWords) === 'made' ||
      names.some(({ own, whole }) => directionOf(whole) === 'made' || /_dc_/.test(own)),
    isByDayAndNight: names.some(({ own }) => /_(?:night|nacht)_|夜间/.test(own)),
    isWater: /_(?:water\w*|flow\w*|valve\w*|m3|水\p{L}*|用水\p{L}*|阀\p{L}*)_/u.test(all) || /水/.test(all),
    isElectric: isMeterOfElectricity || /_(?:current|power_factor|电流)_/.test(all),
    isOtherMedium: fields.some(
      ({ value }, n) =>
        typeof value === 'string' && MEDIUM.test(names[n]?.own ?? '') && isOfOtherMedium(underscored(value)),
    ),
  };
}

const ELECTRIC = new Set(['kWh', 'W', 'V', 'VA', 'var']);
/** `3.2 kW`. */
function isElectric(value: Scalar): boolean {
  const said = typeof value === 'string' ? quantityIn(value) : undefined;
  return said !== undefined && ELECTRIC.has(unitOf(said.unit)?.of ?? '') && !/^[A-Za-z]?V$/i.test(said.unit);
}

const MEDIUM = /_(?:media|medium|media_type|commodity|介质|meter_type|device_type)_/;
