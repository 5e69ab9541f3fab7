import { type FieldName, wordsOf } from './field-name.ts';

/** What the message as a whole speaks of; a bare `total` is read by it. */
export interface MessageContext {
  readonly topicWords: string;
  readonly isWater: boolean;
  readonly isElectric: boolean;
  /** `va` stands beside `vb`: a phase, and no volt-amperes. */
  readonly vIsPhase: boolean;
}

export function contextOf(topic: string, names: readonly FieldName[]): MessageContext {
  const topicWords = wordsOf(topic);
  const all = `${topicWords}${names.map(({ own, whole }) => own + whole).join('')}`;
  return {
    topicWords,
    vIsPhase: names.some(({ own }) => own === '_vb_'),
    isWater: /_(?:water\w*|watermeter|flow\w*|valve\w*|m3|水\p{L}*|用水\p{L}*|阀\p{L}*)_/u.test(all) || /水/.test(all),
    isElectric:
      /_(?:voltage|current|power|kwh|energy|watt|pf|factor|apparent|reactive|apower|elec\w*|电压|电流|功率\p{L}*|电能\p{L}*)_/u.test(
        all,
      ),
  };
}
