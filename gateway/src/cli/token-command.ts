/** `houqin token …`: secrets of machines. API tokens live in the records; a device's hash lives in devices.yaml. */
import { z } from 'zod';
import { type ApiToken, apiToken, tokenCreate, tokenCreated, tokenScope } from '#contract/http/session.ts';
import { createAudit } from '../api/audit.ts';
import { createTokens, type Tokens } from '../api/tokens.ts';
import type { Command, CommandIo } from './command.ts';
import { cannot, usage } from './command-refusal.ts';
import { bridgeSecret, deviceSecret, PRODUCTS } from './login-secrets.ts';
import { withRecords } from './own-folder.ts';
import { findOwner, type OwnerApi } from './owner-api.ts';
import { numberOption, parseOptions } from './parse-options.ts';
import { dataDirOf, environmentOf } from './site.ts';
import { textTable } from './text-table.ts';

const FOR = `  ${PRODUCTS.slice(0, PRODUCTS.length / 2).join(' ')}\n  ${PRODUCTS.slice(PRODUCTS.length / 2).join(' ')}`;

const HELP = `usage: houqin token create NAME --scope read|kiosk|write [--days N | --for-ever] [--json]
       houqin token list [--json]
       houqin token revoke ID [--json]
       houqin token device ID [--json]
       houqin token bridge NAME [PREFIX…] [--for ECOSYSTEM] [--json]

create/list/revoke：程序和大屏用的接入密钥；口令只显示一次。kiosk 只能看和确认。
create/list/revoke: API tokens for programs and walls; the secret is shown once. kiosk may read and acknowledge.
device：给设备生成 MQTT 口令；打印一次口令和写进 devices.yaml 的 tokenHash，不改文件。
device: makes an MQTT password for a device; prints it once, with the tokenHash line for devices.yaml. Changes no file.
bridge：同上，给 DTU、Zigbee2MQTT 等用自己主题的，写明它们可用的主题前缀；打印写进 credentials 的一行。
bridge: the same for what uses topics of its own, under the prefixes given; prints its line of \`credentials\`.
--for：按产品填前缀，并打印要填进去的内容。fills the prefixes in by product, and prints what to type into it:
${FOR}

--json: create {"token","secret"}; list {"tokens":[…]}; revoke {"revoked":ID}; device {"device","secret","tokenHash"};
bridge {"bridge","kind","prefixes","secret","tokenHash"}
--days: valid so long, default 365.

examples:
  houqin token create 大屏 --scope kiosk --for-ever
  houqin token revoke 5f0c…
  houqin token device elec-a1-light
  houqin token bridge zigbee2mqtt zigbee2mqtt/
  houqin token bridge DVES_USER --for tasmota
  houqin token bridge esp-lab meter-lab/ --for esphome`;

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
        for: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      { min: 1, max: 66 },
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
    if (action === 'bridge')
      return bridgeSecret({ name, prefixes, product: values.for }, environmentOf(io).mqtt.port, say);
    if (prefixes.length > 0 || values.for !== undefined)
      throw usage('用法见 houqin token --help。', 'See houqin token --help.');
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
        if (!(await tokens.remove(id))) throw cannot(`没有接入密钥 ${id}。`, `There is no token ${id}.`);
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
