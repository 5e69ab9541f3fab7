/** `houqin user …`: who may sign in. Passwords come from standard input, never from the command line, where others see them. */
import type { z } from 'zod';
import { type User, user, userCreate } from '#contract/http/session.ts';
import { createAudit } from '../api/audit.ts';
import { GIVEN_ROLES } from '../api/caller.ts';
import { createSessions } from '../api/sessions.ts';
import { createUsers } from '../api/users.ts';
import { newToken } from '../shared/token-hash.ts';
import type { Command, CommandIo } from './command.ts';
import { cannot, usage } from './command-refusal.ts';
import { withRecords } from './own-folder.ts';
import { findOwner, type OwnerApi } from './owner-api.ts';
import { parseOptions } from './parse-options.ts';
import { dataDirOf, environmentOf } from './site.ts';
import { textTable } from './text-table.ts';

const HELP = `usage: houqin user add NAME --role ROLE [--generate] [--json]
       houqin user list [--json]
       houqin user disable NAME [--json]
       houqin user passwd NAME [--generate] [--json]

添加、列出、停用用户，改密码。密码从标准输入读（终端里不回显），至少 10 个字符。
Adds, lists and disables users, changes passwords. A password is read from standard input (not echoed), 10 characters or more.

  --role ROLE   ${GIVEN_ROLES.join(', ')}
  --generate    makes a password and prints it once
--json: {"user"} ({"user","password"} with --generate), list: {"users":[…]}
disable and passwd sign the user out everywhere. The last administrator cannot be disabled.

examples:
  houqin user add 王老师 --role office
  houqin user add gate --role guard --generate
  echo "$PASSWORD" | houqin user passwd admin`;

/** What can be done with users, through a gateway or in the folder itself. */
interface UserBook {
  list(): Promise<readonly User[]>;
  add(input: z.output<typeof userCreate>): Promise<User>;
  change(id: string, change: { readonly password?: string; readonly disabled?: boolean }): Promise<User>;
}

const ACTIONS = ['add', 'list', 'disable', 'passwd'] as const;

export const userCommand: Command = {
  help: HELP,
  async run(argv, io) {
    const { values, positionals } = parseOptions(
      argv,
      {
        role: { type: 'string' },
        generate: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      { min: 1, max: 2 },
    );
    const [action, name] = positionals;
    const known = ACTIONS.find((one) => one === action);
    if (known === undefined || (known === 'list') !== (name === undefined)) {
      throw usage('用法见 houqin user --help。', 'See houqin user --help.');
    }
    if (known === 'list') {
      const users = await withBook(io, (book) => book.list());
      if (values.json) io.out(JSON.stringify({ users }));
      else for (const line of tableOf(users)) io.out(line);
      return 0;
    }
    const password = known === 'disable' ? '' : await passwordOf(values.generate, io);
    const done = await withBook(io, (book) => act(book, known, name ?? '', values.role, password));
    const shown = values.generate && known !== 'disable' ? { user: done, password } : { user: done };
    if (values.json) io.out(JSON.stringify(shown));
    else {
      io.out(`${done.name} (${done.role})：${SAID[known].zh} / ${SAID[known].en}`);
      if ('password' in shown) io.out(`密码（只显示这一次）/ password, shown once: ${password}`);
    }
    return 0;
  },
};

const SAID = {
  add: { zh: '已添加', en: 'added' },
  disable: { zh: '已停用，已登录的会话全部失效', en: 'disabled and signed out everywhere' },
  passwd: { zh: '密码已改，已登录的会话全部失效', en: 'password changed, signed out everywhere' },
} as const;

async function act(
  book: UserBook,
  action: 'add' | 'disable' | 'passwd',
  name: string,
  role: string | undefined,
  password: string,
): Promise<User> {
  if (action === 'add') {
    if (!GIVEN_ROLES.some((one) => one === role)) {
      throw usage(
        `请用 --role 说明角色：${GIVEN_ROLES.join('、')}。`,
        `Say the role with --role: ${GIVEN_ROLES.join(', ')}.`,
      );
    }
    const input = userCreate.safeParse({ name, password, role });
    if (input.success) return book.add(input.data);
    throw badInput(input.error.issues[0]?.path[0] === 'name');
  }
  const found = (await book.list()).find((one) => one.name.toLowerCase() === name.trim().toLowerCase());
  if (found === undefined) throw cannot(`没有用户 ${name}。`, `There is no user ${name}.`);
  if (action === 'disable') return book.change(found.id, { disabled: true });
  if (!userCreate.shape.password.safeParse(password).success) throw badInput(false);
  return book.change(found.id, { password });
}

const badInput = (isName: boolean): Error =>
  isName
    ? usage('用户名为 1 到 64 个字符。', 'A user name has 1 to 64 characters.')
    : usage('密码为 10 到 256 个字符。', 'A password has 10 to 256 characters.');

async function passwordOf(isGenerated: boolean, io: CommandIo): Promise<string> {
  return isGenerated ? newToken().slice(0, 20) : io.secret('密码 / password: ');
}

/** Users of a data folder, whoever holds it. @throws CommandRefusal when it cannot be read */
export function listUsers(dataDir: string, io: CommandIo): Promise<readonly User[]> {
  return withBookOf(dataDir, io, (book) => book.list());
}

async function withBook<T>(io: CommandIo, work: (book: UserBook) => Promise<T>): Promise<T> {
  return withBookOf(await dataDirOf(environmentOf(io)), io, work);
}

async function withBookOf<T>(dataDir: string, io: CommandIo, work: (book: UserBook) => Promise<T>): Promise<T> {
  const owner = await findOwner(dataDir);
  if (owner) return work(ownersBook(owner));
  return withRecords(dataDir, (records) => {
    const users = createUsers(records);
    const sessions = createSessions(records);
    const audit = createAudit(records, dataDir);
    const note = (what: string, object: string, detail: string): Promise<void> =>
      audit.append({ at: io.clock.now(), who: 'cli', what, object: `user:${object}`, result: 'ok', detail });
    return work({
      list: users.list,
      async add(input) {
        const added = await users.create(input, io.clock.now());
        if (added === undefined) throw cannot('该用户名已存在。', 'A user of that name exists already.');
        await note('POST /users', added.name, added.role);
        return added;
      },
      async change(id, change) {
        const changed = await users.change(id, change);
        if (changed === 'not-found') throw cannot('没有这个用户。', 'There is no such user.');
        if (changed === 'last-admin') {
          throw cannot('这是最后一位管理员，不能停用。', 'This is the last administrator and cannot be disabled.');
        }
        if (!(await sessions.closeAllOf(id, io.clock.now())))
          throw cannot(
            `已修改，但 ${dataDir} 所在的磁盘写不进去，旧的登录还没有结束；腾出磁盘后请再执行一次。`,
            `Changed, but the disk of ${dataDir} takes nothing more: old sign-ins still hold. Free the disk and do it again.`,
          );
        await note('PATCH /users/:id', changed.name, change.password === undefined ? 'disabled=true' : 'password');
        return changed;
      },
    });
  });
}

const ownersBook = (owner: OwnerApi): UserBook => ({
  list: () => owner.list('/users', user),
  add: (input) => owner.ask('POST', '/users', user, input),
  change: (id, change) => owner.ask('PATCH', `/users/${encodeURIComponent(id)}`, user, change),
});

function tableOf(users: readonly User[]): string[] {
  const rows = users.map(({ name, role, disabled, createdAt }) => [
    ...[name, role, disabled ? '停用 disabled' : '', new Date(createdAt).toISOString().slice(0, 10)],
  ]);
  return textTable([['用户 user', '角色 role', '状态 state', '创建 created'], ...rows]);
}
