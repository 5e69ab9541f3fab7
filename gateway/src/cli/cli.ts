/** `npx houqin …`: finds the command, lends it the process, turns a refusal into a sentence and an exit code. */
import { nearestWord } from '../shared/nearest-word.ts';
import type { Command, CommandIo } from './command.ts';
import { CommandRefusal, cannot, EXIT_USAGE } from './command-refusal.ts';
import { processIo } from './process-io.ts';
import { textTable } from './text-table.ts';

interface Entry {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  /** On use: a command that prints a token need not load a database. */
  load(): Promise<Command>;
}

const COMMANDS: readonly Entry[] = [
  { name: 'serve', zh: '运行网关', en: 'run the gateway', load: async () => (await import('./serve.ts')).serveCommand },
  {
    ...{ name: 'demo', zh: '演示校园：开、关、查看', en: 'the demo campus: on, off, status' },
    load: async () => (await import('./demo-command.ts')).demoCommand,
  },
  {
    ...{ name: 'config check', zh: '检查配置，逐行指出问题', en: 'check the config, every problem at its line' },
    load: async () => (await import('./config-check.ts')).configCheckCommand,
  },
  {
    ...{ name: 'profile test', zh: '试验数据格式', en: 'test device profiles' },
    load: async () => (await import('./profile-test-command.ts')).profileTestCommand,
  },
  {
    ...{ name: 'profile new', zh: '新建数据格式', en: 'begin a device profile' },
    load: async () => (await import('./profile-new.ts')).profileNewCommand,
  },
  {
    ...{ name: 'import', zh: '导入历史读数（CSV）', en: 'import history from CSV' },
    load: async () => (await import('./import-command.ts')).importCommand,
  },
  {
    ...{ name: 'replay', zh: '把 CSV 经 MQTT 重放', en: 'replay a CSV over MQTT' },
    load: async () => (await import('./replay-command.ts')).replayCommand,
  },
  {
    ...{ name: 'simulate', zh: '模拟设备', en: 'simulated devices' },
    load: async () => (await import('./simulate.ts')).simulateCommand,
  },
  {
    ...{ name: 'backtest', zh: '规则在历史上会报什么', en: 'what rules would have alerted' },
    load: async () => (await import('./backtest-command.ts')).backtestCommand,
  },
  {
    ...{ name: 'user', zh: '用户：添加、列出、停用、改密码', en: 'users: add, list, disable, passwd' },
    load: async () => (await import('./user-command.ts')).userCommand,
  },
  {
    ...{ name: 'token', zh: '接入密钥与设备口令', en: 'API tokens and device secrets' },
    load: async () => (await import('./token-command.ts')).tokenCommand,
  },
  {
    ...{ name: 'calendar import', zh: '导入一年的法定假与调休', en: "import a year's public holidays" },
    load: async () => (await import('./calendar-import.ts')).calendarImportCommand,
  },
  {
    ...{ name: 'audit verify', zh: '核对操作记录未被改动', en: 'verify that the audit log is untouched' },
    load: async () => (await import('./audit-verify.ts')).auditVerifyCommand,
  },
  {
    ...{ name: 'doctor', zh: '体检：环境、磁盘、端口、配置、数据', en: 'check machine, disk, ports, config and data' },
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
];

/** @returns the exit code */
export function runCli(argv: string[]): Promise<number> {
  return runCommand(argv, processIo());
}

export async function runCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const entry = COMMANDS.find(({ name }) => name.split(' ').every((word, at) => argv[at] === word));
  if (entry === undefined) return withoutCommand(argv, io);
  const rest = argv.slice(entry.name.split(' ').length);
  const command = await entry.load();
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(command.help);
    return 0;
  }
  try {
    return await command.run(rest, io);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    const { zh, message, exitCode } = refusal;
    if (rest.includes('--json')) io.out(JSON.stringify({ error: { zh, en: message } }));
    io.err(`${zh}\n${message}`);
    return exitCode;
  }
}

/** What the system refuses (no permission, disk full) is the machine's trouble and no bug of ours. */
function refusalOf(error: unknown): CommandRefusal | undefined {
  if (error instanceof CommandRefusal) return error;
  const isSystem = error instanceof Error && 'syscall' in error && 'code' in error;
  return isSystem ? cannot(`系统不允许：${error.message}`, error.message) : undefined;
}

function withoutCommand(argv: readonly string[], io: CommandIo): number {
  const [first = ''] = argv;
  if (first === '--help' || first === '-h' || first === 'help') {
    io.out(overview());
    return 0;
  }
  if (first === '') {
    io.err(overview());
    return EXIT_USAGE;
  }
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
  const near = nearestWord(first, new Set(COMMANDS.map(({ name }) => name.split(' ')[0] ?? '')));
  const meant = group.length > 0 ? group.join(', ') : near;
  const hint = meant === undefined ? '用 houqin --help 查看全部 / see houqin --help' : `houqin ${meant}?`;
  io.err(`没有这条命令 / no such command: houqin ${argv.slice(0, 2).join(' ')}\n${hint}`);
  return EXIT_USAGE;
}

function overview(): string {
  return [
    'usage: houqin <command> [options]',
    '',
    ...textTable(COMMANDS.map(({ name, zh, en }) => [`  ${name}`, zh, en])),
    '',
    '每条命令的选项和例子 / options and examples of each: houqin <command> --help',
    '数据目录由 HOUQIN_DATA 指定，配置目录由 HOUQIN_CONFIG 指定；NO_COLOR 去掉颜色。',
    'Folders: HOUQIN_DATA (./data), HOUQIN_CONFIG (./config). NO_COLOR takes the colours away.',
    '',
    'examples:',
    '  houqin serve',
    '  houqin config check',
    '  houqin import meters.csv --dry-run',
    '  houqin backtest --from 2026-10-01 --to 2026-11-01',
  ].join('\n');
}
