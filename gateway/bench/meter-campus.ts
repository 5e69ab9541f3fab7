/** A gateway under load: so many meters with credentials, rules that judge every one of their messages, and one door. */
import { hashToken } from '../src/shared/token-hash.ts';
import { startTestGateway, type TestGateway } from '../test/run-gateway.ts';

export interface MeterCampus {
  readonly meters: number;
  /** Meters log in as `<prefix><n>`, with their name as the secret. */
  readonly prefix: string;
  /** Flags for the gateway's node, such as `--cpu-prof`. */
  readonly nodeOptions?: string;
  readonly dataDir?: string;
}

/** Its secret is its name, as with the meters. */
export const DOOR = 'door-east';

export function startMeterGateway({ meters, prefix, nodeOptions, dataDir }: MeterCampus): Promise<TestGateway> {
  const devices = Array.from({ length: meters }, (_, n) => {
    const id = `${prefix}${n}`;
    const place = n % 10 === 0 ? 'room-101' : 'floor-1';
    return `  - { id: ${id}, name: { zh: 电表 ${n}, en: Meter ${n} }, kind: electricity-meter, place: ${place}, intervalS: 60, register: { digits: 8, ratedMax: 200 }, tokenHash: '${hashToken(id)}' }`;
  });
  const door = `  - { id: ${DOOR}, name: { zh: 东门门磁, en: East gate door }, kind: door, place: gate-east, intervalS: 60, tokenHash: '${hashToken(DOOR)}' }`;
  return startTestGateway({
    files: {
      'devices.yaml': `devices:\n${[...devices, door].join('\n')}\n`,
      'gateway.yaml': 'demo: false\nmqtt: { messagesPerSecond: 1000000, messageBurst: 1000000 }\n',
      'rules.yaml': RULES,
    },
    env: { HOUQIN_DEVICE_AUTH: 'required', ...(nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions }) },
    ...(dataDir === undefined ? {} : { dataDir }),
  });
}

/** What a school has on each meter; none fires under the load's values, which is how almost every reading ends. */
const RULES = `rules:
  - { id: overload, name: { zh: 过载, en: Overload }, kind: threshold, metric: power_w, above: 50000 }
  - { id: voltage, name: { zh: 电压高, en: High voltage }, kind: threshold, metric: voltage_v, above: 245, for: 1m }
  - { id: alive, name: { zh: 无数据, en: Silent }, kind: silent, select: { kind: electricity-meter }, intervals: 3 }
  - { id: left-on, name: { zh: 人走灯灭, en: Left on }, kind: closed-hours-power, select: { kind: electricity-meter }, aboveW: 60000, for: 10m }
`;
