/** Which level of a topic names the device: where topics of one shape differ, and what looks like an id. */
import { underscored } from '../shared/name-words.ts';
import type { ScalarField } from './read-message.ts';

const COMMON =
  /^(?:v\d+|api|app|application|applications|device|devices|dev|event|events|up|uplink|down|downlink|data|sensor|sensors|state|status|stat|tele|cmnd|telemetry|report|reports|post|property|properties|thing|things|service|sys|system|meter|meters|readings?|values?|json|message|messages|rx|tx|info|log|online|lwt|will|heartbeat|power|energy|attributes|params|update|public|user|topic|mqtt|iot|home|campus|school|gateway|gw|node|nodes|room|floor|building|tasmota|zigbee2mqtt|shellies|shelly|rpc|relay|emeter|\d)$/i;
const ID_KEY =
  /_(?:sn|id|imei|mac|eui|dev_eui|device_id|device|dev|deviceid|devid|device_sn|device_name|devicename|addr|address|meter_no|meter_id|serial|serial_no|nodeid|no|code|编号|表号|设备编号|设备号|地址)_$/;

/** @param others topics that were seen too */
export function deviceLevelOf(
  topic: string,
  others: Iterable<string>,
  fields: readonly ScalarField[],
): number | undefined {
  const levels = topic.split('/');
  const ids = new Set(
    fields.flatMap(({ keys, value }) =>
      ID_KEY.test(underscored(String(keys.at(-1) ?? ''))) && (typeof value === 'string' || typeof value === 'number')
        ? [String(value).toLowerCase()]
        : [],
    ),
  );
  const votes = votesOf(levels, others);
  const scores = levels.map((level, n) => scoreOf(level) + (ids.has(level.toLowerCase()) ? 10 : 0) + (votes[n] ?? 0));
  const best = Math.max(...scores);
  return best <= 0 ? undefined : scores.indexOf(best);
}

/** In how many other topics of this shape a level is the only one that differs. */
function votesOf(levels: readonly string[], others: Iterable<string>): number[] {
  const votes = levels.map(() => 0);
  for (const other of others) {
    const theirs = other.split('/');
    if (theirs.length !== levels.length) continue;
    const apart = levels.flatMap((level, n) => (level === theirs[n] ? [] : [n]));
    const [only] = apart;
    // `…/SENSOR` and `…/STATE` of one device differ in a word, not in a device.
    if (apart.length !== 1 || only === undefined || COMMON.test(levels[only] ?? '') || COMMON.test(theirs[only] ?? ''))
      continue;
    votes[only] = Math.min(8, (votes[only] ?? 0) + 4);
  }
  return votes;
}

function scoreOf(level: string): number {
  if (level === '' || COMMON.test(level)) return -5;
  if (/^(?:[0-9a-f]{2}[:-]?){4,8}$/i.test(level)) return 6;
  if (/^\d{6,20}$/.test(level)) return 6;
  if (/[A-Za-z].*\d|\d.*[A-Za-z]/.test(level)) return 4;
  if (/\d/.test(level)) return 3;
  if (/\p{Script=Han}/u.test(level)) return 2;
  return /[-_:]/.test(level) ? 1.5 : 1;
}
