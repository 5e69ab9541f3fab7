/** The one sentence of an incident: its only alert's, or what the common cause takes with it. Pure. */

import type { Text } from '#contract/enums.ts';
import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { Registry } from '../shared/registry.ts';

export type ClockText = (at: number) => string;

export function incidentSentence(
  incident: Pick<Incident, 'cause' | 'probable' | 'since' | 'affected'>,
  alerts: readonly Alert[],
  registry: Registry,
  clockText: ClockText,
): Text {
  const own = alerts.find((alert) => alert.device === incident.cause);
  const others = new Set([...incident.affected, ...alerts.map((alert) => alert.device)]);
  others.delete(incident.cause);
  const first = own ?? alerts[0];
  if (others.size === 0 || (alerts.length === 1 && first?.device !== incident.cause && !incident.probable)) {
    return first ? { ...first.sentence } : { zh: '', en: '' };
  }
  return causeSentence(incident, others, registry, clockText);
}

function causeSentence(
  incident: Pick<Incident, 'cause' | 'probable' | 'since'>,
  others: ReadonlySet<string>,
  registry: Registry,
  clockText: ClockText,
): Text {
  const cause = registry.devices.get(incident.cause);
  const place = registry.places.get(cause?.place ?? '')?.name;
  const name = cause?.name ?? { zh: incident.cause, en: incident.cause };
  const since = clockText(incident.since);
  const cameras = [...others].filter((id) => registry.devices.get(id)?.kind === 'camera').length;
  const what = cameras === others.size ? { zh: `${cameras} 路监控`, en: plural(cameras, 'camera') } : undefined;
  const taken = what ?? { zh: `${others.size} 台设备`, en: plural(others.size, 'device') };
  const custodian = cause?.custodian;
  return {
    zh:
      `${placeAndName(place?.zh, name.zh, '', ' ')} ${since} ${incident.probable ? '疑似断线' : '断线'}，` +
      `下面 ${taken.zh}情况不明。先查它的供电和网线。${custodian ? `责任人：${custodian}。` : ''}`,
    en:
      `${placeAndName(place?.en, name.en, ' ', ': ')} ${incident.probable ? 'has probably been down' : 'has been down'} since ${since}; ` +
      `${taken.en} behind it ${others.size === 1 ? 'is' : 'are'} unknown. Check its power and uplink first.${custodian ? ` Responsible: ${custodian}.` : ''}`,
  };
}

/** Place and name as one phrase: what both begin with is said once. `word` separates words, `gap` a place from a name of its own. */
function placeAndName(place: string | undefined, name: string, word: '' | ' ', gap: string): string {
  if (place === undefined || name.includes(place)) return name;
  const [ofPlace, ofName] = [place.split(word), name.split(word)];
  const differs = ofName.findIndex((part, index) => part !== ofPlace[index]);
  const shared = ofName.slice(0, Math.max(0, differs)).join(word);
  return shared.length < 2 ? `${place}${gap}${name}` : `${place}${word}${ofName.slice(differs).join(word)}`;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
