/** Secrets for the MQTT door, printed once with the line for devices.yaml and what to type into the product. */
import { credential } from '#contract/config/devices.ts';
import { commonFields, type Ecosystem, type LineBlock, prefixesOf } from '#contract/ecosystems/ecosystem.ts';
import { ECOSYSTEMS, ecosystemOf } from '#contract/ecosystems/ecosystems.ts';
import { yamlText } from '#contract/ecosystems/quoting.ts';
import { ID_PATTERN } from '#contract/topics.ts';
import { hashToken, newToken } from '../shared/token-hash.ts';
import { usage } from './command-refusal.ts';

type Say = (result: object, lines: readonly string[]) => number;

/** What `--for` knows. */
export const PRODUCTS = ECOSYSTEMS.filter(({ kind }) => kind !== 'device').map(({ id }) => id);

/** Where the lines name the gateway: this command does not know under which address others reach it. */
const HOST = 'GATEWAY';

const ANY_CLIENT = 'MQTT 客户端 ID / client id: 任意，可以留空 / any, may be left empty';

export function deviceSecret(device: string, say: Say): number {
  if (!ID_PATTERN.test(device)) {
    throw usage('设备编号只用小写字母、数字和连字符。', 'A device id has lower-case letters, digits and hyphens only.');
  }
  const secret = newToken();
  const tokenHash = hashToken(secret);
  return say({ device, secret, tokenHash }, [
    `MQTT 用户名 / username: ${device}`,
    ANY_CLIENT,
    `MQTT 口令（只显示这一次）/ password, shown once: ${secret}`,
    '写进 devices.yaml 中该设备 / for its entry in devices.yaml:',
    `    tokenHash: "${tokenHash}"`,
  ]);
}

export interface BridgeAsk {
  readonly name: string;
  readonly prefixes: readonly string[];
  /** Id of an ecosystem whose prefixes are filled in. */
  readonly product: string | undefined;
}

export function bridgeSecret({ name, prefixes: given, product }: BridgeAsk, port: number, say: Say): number {
  const ecosystem = product === undefined ? undefined : ecosystemNamed(product);
  const prefixes = ecosystem === undefined ? given : filled(ecosystem, given);
  const kind = ecosystem?.kind ?? 'bridge';
  const secret = newToken();
  const made = credential.safeParse({ username: name, kind, prefixes, tokenHash: hashToken(secret) });
  if (!made.success)
    throw usage(
      '写一个名字（1 到 128 字节，前后没有空格）和至少一个主题前缀，例如 zigbee2mqtt/；前缀不含 + #，也不以 $ 开头（$oc/ 除外）。',
      'Give a name (1 to 128 bytes, no space in front or behind) and at least one topic prefix such as zigbee2mqtt/, without + # or a leading $ ($oc/ excepted).',
    );
  const { tokenHash } = made.data;
  const list = prefixes.map(yamlText).join(', ');
  const user = /^[A-Za-z][\w-]*$/.test(name) && !YAML_WORDS.test(name) ? name : yamlText(name);
  const access = {
    host: HOST,
    port,
    user: name,
    secret,
    site: '',
    prefixes,
  };
  return say({ bridge: name, kind, prefixes, secret, tokenHash }, [
    `MQTT 用户名 / username: ${name}`,
    ANY_CLIENT,
    `MQTT 口令（只显示这一次）/ password, shown once: ${secret}`,
    '写进 devices.yaml 的 credentials 之下 / under credentials in devices.yaml:',
    `  - {username: ${user}, kind: ${kind}, prefixes: [${list}], tokenHash: "${tokenHash}"}`,
    ...(ecosystem === undefined
      ? []
      : toType(ecosystem, [{ title: TITLE, fields: commonFields(access) }, ...ecosystem.lines(access)])),
  ]);
}

/** Words that YAML reads as something else than text. */
const YAML_WORDS = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

const TITLE = { zh: '连接', en: 'Connection' };

function toType({ notes }: Ecosystem, blocks: readonly LineBlock[]): string[] {
  const texts = blocks.flatMap((block) => [
    `── ${block.title.zh} / ${block.title.en}`,
    ...('text' in block ? [block.text] : block.fields.map(({ name, value }) => `${name.zh} / ${name.en}: ${value}`)),
  ]);
  return [
    `在它那里填（${HOST} 换成网关的地址）/ to type into it, with the gateway's address for ${HOST}:`,
    ...[...texts, notes.zh, notes.en],
  ];
}

function ecosystemNamed(product: string): Ecosystem {
  const found = PRODUCTS.includes(product) ? ecosystemOf(product) : undefined;
  if (found !== undefined) return found;
  const known = PRODUCTS.join(', ');
  throw usage(`--for 不认识 ${product}；可以写：${known}。`, `--for does not know ${product}; it knows ${known}.`);
}

/** What only the school knows (`<node>/`) is given on the command line, in its place. */
function filled(ecosystem: Ecosystem, given: readonly string[]): readonly string[] {
  const { parameter, prefixes } = ecosystem;
  if (parameter === undefined) return [...new Set([...prefixes, ...given])];
  if (given.length === 0)
    throw usage(
      `${ecosystem.id} 还要写${parameter.name.zh}，例如 ${parameter.example}/。`,
      `${ecosystem.id} also needs: ${parameter.name.en}, such as ${parameter.example}/.`,
    );
  const fixed = prefixesOf(ecosystem, '').filter((_, n) => !prefixes[n]?.includes('<'));
  return [...new Set([...given, ...fixed])];
}
