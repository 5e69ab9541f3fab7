/** `houqin token …`: secrets of machines. API tokens live in the records; a device's hash lives in devices.yaml. */
import { z } from 'zod';
import { credential } from '#contract/config/devices.ts';
import { type ApiToken, apiToken, tokenCreate, tokenCreated, tokenScope } from '#contract/http/session.ts';
import { ID_PATTERN } from '#contract/topics.ts';
import { createAudit } from '../api/audit.ts';
import { createTokens, type Tokens } from '../api/tokens.ts';
import { hashToken, newToken } from '../shared/token-hash.ts';
import type { Command, CommandIo } from './command.ts';
import { cannot, usage } from './command-refusal.ts';
import { withRecords } from './own-folder.ts';
import { findOwner, type OwnerApi } from './owner-api.ts';
import { numberOption, parseOptions } from './parse-options.ts';
import { dataDirOf, environmentOf } from './site.ts';
import { textTable } from './text-table.ts';

const HELP = `usage: houqin token create NAME --scope read|kiosk|write [--days N | --for-ever] [--json]
       houqin token list [--json]
       houqin token revoke ID [--json]
       houqin token device ID [--json]
       houqin token bridge NAME PREFIX… [--json]

create/list/revoke：程序和大屏用的接口令牌；口令只显示一次。kiosk 只能看和确认。
create/list/revoke: API tokens for programs and walls; the secret is shown once. kiosk may read and acknowledge.
device：给设备生成 MQTT 口令；打印一次口令和写进 devices.yaml 的 tokenHash，不改文件。
device: makes an MQTT password for a device; prints it once, with the tokenHash line for devices.yaml. Changes no file.
bridge：同上，给 DTU、Zigbee2MQTT 等用自己主题的，写明它们可用的主题前缀；打印写进 credentials 的一行。
bridge: the same for what uses topics of its own, under the prefixes given; prints its line of \`credentials\`.

--json: create {"token","secret"}; list {"tokens":[…]}; revoke {"revoked":ID}; device {"device","secret","tokenHash"};
bridge {"bridge","prefixes","secret","tokenHash"}
--days: valid so long, default 365.

examples:
  houqin token create 大屏 --scope kiosk --for-ever
  houqin token revoke 5f0c…
  houqin token device elec-a1-light
  houqin token bridge zigbee2mqtt zigbee2mqtt/`;

interface TokenBook {
  list(): Promise<readonly ApiToken[]>;
  create(input: z.output<typeof tokenCreate>): Promise<Awaited<ReturnType<Tokens['create']>>>;
  revoke(id: string): Promise<void>;
}

export const tokenCommand: Command = {
  help: HELP,
  async run(argv, io) {
    const { values, positionals } = parseOptions(
      argv,
      {
        scope: { type: 'string' },
        days: { type: 'string', default: '365' },
        'for-ever': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      { min: 1, max: 18 },
    );
    const [action, name = '', ...prefixes] = positionals;
    const say = (result: object, lines: readonly string[]): number => {
      for (const line of values.json ? [JSON.stringify(result)] : lines) io.out(line);
      return 0;
    };
    if (action === 'list' && name === '') {
      const tokens = await withBook(io, (book) => book.list());
      return say({ tokens }, tableOf(tokens));
    }
    if (name === '' || action === 'list') throw usage('用法见 houqin token --help。', 'See houqin token --help.');
    if (action === 'bridge') return bridgeSecret(name, prefixes, say);
    if (prefixes.length > 0) throw usage('用法见 houqin token --help。', 'See houqin token --help.');
    if (action === 'device') return deviceSecret(name, say);
    if (action === 'revoke') {
      await withBook(io, (book) => book.revoke(name));
      return say({ revoked: name }, [`已作废，使用它的连接立即断开 / revoked, what used it is cut off: ${name}`]);
    }
    if (action !== 'create') throw usage('用法见 houqin token --help。', 'See houqin token --help.');
    const scope = tokenScope.safeParse(values.scope).data;
    if (scope === undefined) throw usage('请写 --scope read、kiosk 或 write。', 'Say --scope read, kiosk or write.');
    const days = values['for-ever'] ? null : numberOption('days', values.days, 1);
    const input = tokenCreate.safeParse({ name, scope, days });
    if (!input.success)
      throw usage('名称 1 到 64 个字符，天数 1 到 3650。', 'The name has 1 to 64 characters, days are 1 to 3,650.');
    const made = await withBook(io, (book) => book.create(input.data));
    const until =
      made.token.expiresAt === null ? '' : `（${new Date(made.token.expiresAt).toISOString().slice(0, 10)}）`;
    return say(made, [
      `${made.token.name} ${made.token.scope} ${made.token.id}${until}`,
      `口令（只显示这一次）/ secret, shown once: ${made.secret}`,
    ]);
  },
};

function deviceSecret(device: string, say: (result: object, lines: readonly string[]) => number): number {
  if (!ID_PATTERN.test(device)) {
    throw usage('设备编号只用小写字母、数字和连字符。', 'A device id has lower-case letters, digits and hyphens only.');
  }
  const secret = newToken();
  const tokenHash = hashToken(secret);
  return say({ device, secret, tokenHash }, [
    `MQTT 用户名 / username: ${device}`,
    `MQTT 客户端 ID / client id: ${device} 或 / or ${device}.任意 anything`,
    `MQTT 口令（只显示这一次）/ password, shown once: ${secret}`,
    '写进 devices.yaml 中该设备 / for its entry in devices.yaml:',
    `    tokenHash: "${tokenHash}"`,
  ]);
}

function bridgeSecret(
  bridge: string,
  prefixes: readonly string[],
  say: (result: object, lines: readonly string[]) => number,
): number {
  const secret = newToken();
  const made = credential.safeParse({ username: bridge, kind: 'bridge', prefixes, tokenHash: hashToken(secret) });
  if (!made.success)
    throw usage(
      '写一个编号（小写字母、数字、连字符）和至少一个主题前缀，例如 zigbee2mqtt/；前缀不含 + #，也不以 $ 开头（$oc/ 除外）。',
      'Give a name (lower-case letters, digits, hyphens) and at least one topic prefix such as zigbee2mqtt/, without + # or a leading $ ($oc/ excepted).',
    );
  const { tokenHash } = made.data;
  const list = prefixes.map((prefix) => JSON.stringify(prefix)).join(', ');
  return say({ bridge, prefixes, secret, tokenHash }, [
    `MQTT 用户名 / username: ${bridge}`,
    `MQTT 客户端 ID / client id: ${bridge} 或 / or ${bridge}.任意 anything`,
    `MQTT 口令（只显示这一次）/ password, shown once: ${secret}`,
    '写进 devices.yaml 的 credentials 之下 / under credentials in devices.yaml:',
    `  - {username: ${bridge}, kind: bridge, prefixes: [${list}], tokenHash: "${tokenHash}"}`,
  ]);
}

async function withBook<T>(io: CommandIo, work: (book: TokenBook) => Promise<T>): Promise<T> {
  const dataDir = await dataDirOf(environmentOf(io));
  const owner = await findOwner(dataDir);
  if (owner) return work(ownersBook(owner));
  return withRecords(dataDir, (records) => {
    const tokens = createTokens(records);
    const audit = createAudit(records, dataDir);
    const note = (what: string, id: string, detail: string): Promise<void> =>
      audit.append({ at: io.clock.now(), who: 'cli', what, object: `token:${id}`, result: 'ok', detail });
    return work({
      list: tokens.list,
      async create(input) {
        const made = await tokens.create(input, 'cli', io.clock.now());
        await note('POST /tokens', made.token.id, `${input.name} (${input.scope})`);
        return made;
      },
      async revoke(id) {
        if (!(await tokens.remove(id))) throw cannot(`没有令牌 ${id}。`, `There is no token ${id}.`);
        await note('DELETE /tokens/:id', id, '');
      },
    });
  });
}

const ownersBook = (owner: OwnerApi): TokenBook => ({
  list: () => owner.list('/tokens', apiToken),
  create: (input) => owner.ask('POST', '/tokens', tokenCreated, input),
  async revoke(id) {
    await owner.ask('DELETE', `/tokens/${encodeURIComponent(id)}`, z.undefined());
  },
});

function tableOf(tokens: readonly ApiToken[]): string[] {
  const date = (at: number | null): string => (at === null ? '–' : new Date(at).toISOString().slice(0, 10));
  const rows = tokens.map(({ id, name, scope, createdBy, lastUsedAt, expiresAt }) => [
    ...[id, name, scope, createdBy, date(lastUsedAt), date(expiresAt)],
  ]);
  return textTable([['编号 id', '名称 name', '权限 scope', '创建人 by', '上次使用 used', '到期 ends'], ...rows]);
}
