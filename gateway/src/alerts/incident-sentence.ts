/** The one sentence of an incident: its only alert's, or what the common cause takes with it. Pure. */

import type { Text } from '#contract/enums.ts';
import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { Registry } from '../shared/registry.ts';
import { phraseOf } from '../shared/where-text.ts';

/** Times and lengths as people say them, the same as in the sentences of alerts. */
export interface TimeWords {
  /** `22:05`, with the date when it is not that of `reference`. */
  time(at: number, reference: number): Text;
  /** `22:05 至 22:20 `, `from 22:05 to 22:20`. */
  range(from: number, to: number): Text;
  duration(ms: number): Text;
}

/** @param now up to which an incident that goes on is told, epoch ms */
export function incidentSentence(
  incident: Pick<Incident, 'cause' | 'probable' | 'state' | 'since' | 'until' | 'heldUntil' | 'affected'>,
  alerts: readonly Alert[],
  registry: Registry,
  words: TimeWords,
  now: number,
): Text {
  const own = alerts.find((alert) => alert.device === incident.cause);
  const others = new Set([...incident.affected, ...alerts.map((alert) => alert.device)]);
  others.delete(incident.cause);
  const first = own ?? alerts[0];
  if (others.size === 0 || (alerts.length === 1 && first?.device !== incident.cause && !incident.probable)) {
    return first ? { ...first.sentence } : { zh: '', en: '' };
  }
  return causeSentence(incident, others, registry, words, now);
}

function causeSentence(
  incident: Pick<Incident, 'cause' | 'probable' | 'state' | 'since' | 'until' | 'heldUntil'>,
  others: ReadonlySet<string>,
  registry: Registry,
  words: TimeWords,
  now: number,
): Text {
  const cause = registry.devices.get(incident.cause);
  const place = registry.places.get(cause?.place ?? '')?.name;
  const name = cause?.name ?? { zh: incident.cause, en: incident.cause };
  const cameras = [...others].filter((id) => registry.devices.get(id)?.kind === 'camera').length;
  const what = cameras === others.size ? { zh: `${cameras} 路监控`, en: plural(cameras, 'camera') } : undefined;
  const taken = what ?? { zh: `${others.size} 台设备`, en: plural(others.size, 'device') };
  const custodian = cause?.custodian;
  const where = {
    zh: `${phraseOf([place?.zh ?? '', name.zh], 'zh')} `,
    en: `${phraseOf([place?.en ?? '', name.en], 'en')} `,
  };
  const lengthMs = (incident.until ?? incident.heldUntil ?? now) - incident.since;
  const long = lengthMs < 60_000 ? undefined : words.duration(lengthMs);
  if (incident.state === 'resolved') {
    const span = words.range(incident.since, incident.until ?? now);
    return {
      zh:
        `${where.zh}${span.zh}${incident.probable ? '疑似断线' : '断线'}${long ? `，共 ${long.zh}` : ''}，` +
        `下面 ${taken.zh}情况不明。`,
      en:
        `${where.en}${incident.probable ? 'was probably down' : 'was down'} ${span.en}` +
        `${long ? `, ${long.en} in all` : ''}; ${taken.en} behind it ${others.size === 1 ? 'was' : 'were'} unknown.`,
    };
  }
  const since = words.time(incident.since, now);
  return {
    zh:
      `${where.zh}${since.zh} ${incident.probable ? '疑似断线' : '断线'}${long ? `，已 ${long.zh}` : ''}，` +
      `下面 ${taken.zh}情况不明。先查它的供电和网线。${custodian ? `责任人：${custodian}。` : ''}`,
    en:
      `${where.en}${incident.probable ? 'has probably been down' : 'has been down'} since ${since.en}` +
      `${long ? `, ${long.en} so far` : ''}; ${taken.en} behind it ${others.size === 1 ? 'is' : 'are'} unknown. ` +
      `Check its power and uplink first.${custodian ? ` Responsible: ${custodian}.` : ''}`,
  };
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
