import type { DeviceConfig } from '#contract/config/devices.ts';
import type { ProfileConfig } from '#contract/config/profile.ts';
import { NATIVE_PREFIX } from '#contract/topics.ts';
import { upTopicOf } from '../shared/device-line.ts';
import type { Checks } from './checks.ts';
import type { YamlSource } from './yaml-source.ts';

/** Devices that are asked over serial lines: an address their protocol knows, and a line that is one. */
export function checkLines(
  devices: readonly DeviceConfig[],
  source: YamlSource,
  profiles: ReadonlyMap<string, ProfileConfig>,
  checks: Checks,
): void {
  const downs = new Map<string, string | undefined>();
  const ups = new Map<string, string>();
  for (const [i, device] of devices.entries()) {
    const profile = profiles.get(device.profile);
    if (profile === undefined || (profile.modbus === undefined && profile.poll === undefined)) continue;
    const say = (key: keyof DeviceConfig, [zh, en]: Sentence): void =>
      checks.problem(() => source.problem(['devices', i, key], zh, en));
    const form = addressForm(profile);
    if (form !== undefined && !form.isRight(device.address ?? device.id)) say('address', form.sentence);
    const problem = topicProblem(device, profile);
    const up = upTopicOf(device);
    if (problem !== undefined) say(...problem);
    if (problem !== undefined || up === undefined) continue;
    const known = downs.has(up) ? downs.get(up) : device.downTopic;
    downs.set(up, known);
    if (known !== device.downTopic) say(device.downTopic === undefined ? 'upTopic' : 'downTopic', otherDown(up, known));
    const other = device.downTopic === undefined ? up : (ups.get(device.downTopic) ?? up);
    if (device.downTopic !== undefined) ups.set(device.downTopic, other);
    if (other !== up) say('upTopic', otherUp(device.downTopic ?? '', other));
  }
}

const CODECS_OF_NUMBERS = new Set(['codec:dlt645', 'codec:cjt188', 'codec:mbus']);

/** Whether devices of this profile go by the number of a meter, of which leading zeros are no part. */
export function isMeterNumber(profile: ProfileConfig | undefined): boolean {
  return profile?.rules.some(({ decode }) => CODECS_OF_NUMBERS.has(decode)) === true;
}

type Sentence = readonly [zh: string, en: string];

function topicProblem(device: DeviceConfig, profile: ProfileConfig): [keyof DeviceConfig, Sentence] | undefined {
  const { downTopic } = device;
  const up = upTopicOf(device);
  if (up === undefined && downTopic !== undefined) {
    return ['downTopic', ['downTopic 里没有 down，请再写 upTopic', 'downTopic has no “down” in it: give upTopic too']];
  }
  if (up === undefined && profile.modbus !== undefined) {
    return [
      'profile',
      ['请写 downTopic（DTU 的下行主题），否则没法问它', 'give downTopic, the topic on which its DTU takes requests'],
    ];
  }
  if (up !== undefined && up === downTopic) {
    return ['upTopic', ['上行和下行不能是同一个主题', 'upTopic and downTopic must be two topics']];
  }
  for (const key of ['downTopic', 'upTopic'] as const) {
    const topic = device[key];
    if (
      topic === undefined ||
      (!/[+#]/.test(topic) && !topic.startsWith('$') && !topic.startsWith(`${NATIVE_PREFIX}/`))
    )
      continue;
    return [
      key,
      [`不能用通配符、$ 开头或 ${NATIVE_PREFIX}/ 下的主题`, `no wildcards, no topic under $ or ${NATIVE_PREFIX}/`],
    ];
  }
  return undefined;
}

function otherUp(down: string, known: string): Sentence {
  return [
    `${down} 上别的设备的 upTopic 是 ${known}：一条线只能有一对主题`,
    `other devices of ${down} have upTopic ${known}: a line has one pair of topics`,
  ];
}

function otherDown(up: string, known: string | undefined): Sentence {
  return [
    `${up} 上别的设备的 downTopic 是 ${known ?? '（没有）'}：一条线只能有一对主题`,
    `other devices of ${up} have ${known ?? 'no'} downTopic: a line has one pair of topics`,
  ];
}

interface AddressForm {
  isRight(address: string): boolean;
  readonly sentence: Sentence;
}

function addressForm({ modbus, poll }: ProfileConfig): AddressForm | undefined {
  if (modbus !== undefined) {
    return {
      isRight: (address) => /^\d{1,3}$/.test(address) && Number(address) >= 1 && Number(address) <= 247,
      sentence: ['address 是 Modbus 站号，1 到 247', 'address is the Modbus unit, 1 to 247'],
    };
  }
  switch (poll?.protocol) {
    case 'dlt645':
      return { isRight: (address) => /^\d{4,12}$/.test(address), sentence: digits(12) };
    case 'cjt188':
      return { isRight: (address) => /^\d{4,14}$/.test(address), sentence: digits(14) };
    case 'mbus':
      return {
        isRight: (address) => /^\d{1,8}$/.test(address),
        sentence: ['address 是表号，最多 8 位数字', 'address is the number of the meter, at most 8 digits'],
      };
    default:
      return undefined;
  }
}

const digits = (count: number): Sentence => [
  `address 是表号，4 到 ${count} 位数字，前面的 0 可写可不写`,
  `address is the number of the meter, 4 to ${count} digits, with or without leading zeros`,
];
