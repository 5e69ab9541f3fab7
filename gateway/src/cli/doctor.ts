/** `houqin doctor`: what keeps this machine from running the gateway well, and what to do about it. */
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Text } from '#contract/enums.ts';
import { readyResponse } from '#contract/http/health.ts';
import type { Environment, ListenAddress } from '../shared/environment.ts';
import { damageLine } from '../store/damage.ts';
import { freeMiB } from '../store/disk-space.ts';
import type { Command, CommandIo } from './command.ts';
import { CommandRefusal, messageOf } from './command-refusal.ts';
import { checkConfig } from './config-check.ts';
import { dataReport, repairData, repairLines } from './doctor-data.ts';
import { otherProfiles, SHIPPED_PROFILES } from './other-profiles.ts';
import { findOwner, type OwnerApi } from './owner-api.ts';
import { parseOptions } from './parse-options.ts';
import { dataDirOf, environmentOf } from './site.ts';

const HELP = `usage: houqin doctor [--json] [--repair]

检查 Node 版本、目录权限、磁盘空间、端口、配置、模板是否与本版本的不同、数据能否打开、时钟。网关运行时，数据由它自己答复。
Checks Node, folders, disk space, ports, config, profiles other than this version's, whether the data open, the clock. While a gateway runs it answers for the data.
--repair（网关停止时）：损坏的数据文件留在旁边，能读出的写入新文件，汇总和账目重算，并逐项说明丢了什么。
--repair (gateway stopped): keeps a damaged data file beside, writes what can be read into a new one, rebuilds roll-ups and books, and says what is lost.
--json: {"ok","checks":[{"id","state":"ok|warning|bad","message":{"zh","en"}}]}
Exit: 0 all good (warnings allowed); 1 something is bad.

examples:
  houqin doctor
  houqin doctor --repair
  HOUQIN_DATA=/srv/houqin houqin doctor --json`;

interface Check {
  readonly id: string;
  readonly state: 'ok' | 'warning' | 'bad';
  readonly message: Text;
}

const MARKS = { ok: ['green', '✓'], warning: ['yellow', '!'], bad: ['red', '✗'] } as const;
const NODE_MAJOR = 24;
/** A clock before this was never set; after it lies the life of no machine that runs today. */
const CLOCK = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2076, 0, 1) } as const;

export const doctorCommand: Command = {
  help: HELP,
  async run(argv, io) {
    const flags = { json: { type: 'boolean', default: false }, repair: { type: 'boolean', default: false } } as const;
    const { values } = parseOptions(argv, flags, { min: 0, max: 0 });
    const environment = environmentOf(io);
    if (values.repair) await repair(environment, io, values.json);
    const checks = await examine(environment, io);
    const ok = checks.every(({ state }) => state !== 'bad');
    if (values.json) io.out(JSON.stringify({ ok, checks }));
    else {
      for (const { state, id, message } of checks) {
        const [colour, mark] = MARKS[state];
        io.out(`${io.paint(colour, mark)} ${id}: ${message.zh} / ${message.en}`);
      }
    }
    return ok ? 0 : 1;
  },
};

/** Before the examination, whose checks then are of the repaired files. */
async function repair(environment: Environment, io: CommandIo, isJson: boolean): Promise<void> {
  const dataDir = await dataDirOf(environment);
  const lines = repairLines(await repairData(environment, dataDir, io.clock.now()));
  for (const { zh, en } of lines) (isJson ? io.err : io.out)(`${zh} / ${en}`);
}

async function examine(environment: Environment, io: CommandIo): Promise<Check[]> {
  const config = await configCheck(environment);
  const checks = [nodeCheck(), clockCheck(io.clock.now()), config, ...(await profilesCheck(environment))];
  const dataDir = await dataDirOf(environment).catch(() => environment.dataDir);
  const folder = await folderCheck(dataDir);
  checks.push(folder, await diskCheck(dataDir));
  const owner = await caught('gateway', async () => {
    const found = await findOwner(dataDir);
    return found ?? good('gateway', '没有在运行', 'not running');
  });
  if (!('state' in owner)) return [...checks, ...(await ofOwner(owner))];
  checks.push(owner, await portCheck('http port', environment.http), await portCheck('mqtt port', environment.mqtt));
  if (owner.state === 'ok' && folder.state === 'ok' && config.state !== 'bad') {
    checks.push(...(await dataChecks(environment, dataDir)));
  }
  return checks;
}

const good = (id: string, zh: string, en: string): Check => ({ id, state: 'ok', message: { zh, en } });
const bad = (id: string, zh: string, en: string): Check => ({ id, state: 'bad', message: { zh, en } });

async function caught<T>(id: string, work: () => Promise<T>): Promise<T | Check> {
  try {
    return await work();
  } catch (error) {
    return error instanceof CommandRefusal
      ? bad(id, error.zh, error.message)
      : bad(id, messageOf(error), messageOf(error));
  }
}

function nodeCheck(): Check {
  const { node } = process.versions;
  if (Number.parseInt(node, 10) >= NODE_MAJOR) return good('node', node, node);
  return bad(
    'node',
    `需要 Node ${NODE_MAJOR}，现在是 ${node}；用 npx houqin 运行会自动换用`,
    `Node ${NODE_MAJOR} is needed, this is ${node}; npx houqin brings it`,
  );
}

function clockCheck(now: number): Check {
  const text = new Date(now).toISOString();
  if (now >= CLOCK.from && now < CLOCK.to) return good('clock', text, text);
  return bad(
    'clock',
    `时钟不对：${text}，请打开自动对时`,
    `the clock is wrong: ${text}; switch time synchronisation on`,
  );
}

async function configCheck({ configDir }: Environment): Promise<Check> {
  const { problemCount, warnings } = await checkConfig(configDir);
  if (problemCount > 0) {
    return bad(
      'config',
      `${problemCount} 处问题，运行 houqin config check`,
      `${problemCount} problem(s); run houqin config check`,
    );
  }
  if (warnings.length === 0) return good('config', configDir, configDir);
  return {
    id: 'config',
    state: 'warning',
    message: {
      zh: `${warnings.length} 条提醒，运行 houqin config check`,
      en: `${warnings.length} warning(s); run houqin config check`,
    },
  };
}

/** Who changed a profile nobody knows; an old copy is worth a look after an update. */
async function profilesCheck({ configDir }: Environment): Promise<Check[]> {
  const others = await otherProfiles(configDir);
  if (others.length === 0) return [];
  const ids = others.join(', ');
  return [
    {
      id: 'profiles',
      state: 'warning',
      message: {
        zh: `与本版本自带的不同：${ids}；请比较，或从 ${SHIPPED_PROFILES} 复制`,
        en: `profiles that differ from those shipped with this version: ${ids}; compare, or copy from ${SHIPPED_PROFILES}`,
      },
    },
  ];
}

async function folderCheck(dataDir: string): Promise<Check> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.R_OK | constants.W_OK);
    return good('data folder', dataDir, dataDir);
  } catch (error) {
    const why = messageOf(error);
    return bad('data folder', `${dataDir} 不能写入：${why}`, `${dataDir} cannot be written: ${why}`);
  }
}

/** The gateway stops acknowledging below `store.minFreeMiB`, 256 as shipped. */
const LOW_MIB = 1_024;
const MIN_MIB = 256;

async function diskCheck(dataDir: string): Promise<Check> {
  const free = await freeMiB(dataDir);
  if (free === undefined) return good('disk', '剩余空间未知', 'free space unknown');
  const text = `${(free / 1_024).toFixed(1)} GiB`;
  if (free >= LOW_MIB) return good('disk', `剩余 ${text}`, `${text} free`);
  const message = { zh: `只剩 ${text}，请清理`, en: `only ${text} free; make room` };
  return { id: 'disk', state: free < MIN_MIB ? 'bad' : 'warning', message };
}

function portCheck(id: string, { host, port }: ListenAddress): Promise<Check> {
  const text = `${host}:${port}`;
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) =>
      resolve(bad(id, `${text} 不能监听：${error.message}`, `cannot listen on ${text}: ${error.message}`)),
    );
    server.listen(port, host, () => server.close(() => resolve(good(id, `${text} 空闲`, `${text} is free`))));
  });
}

async function dataChecks(environment: Environment, dataDir: string): Promise<Check[]> {
  const report = await caught('data', () => dataReport(environment, dataDir));
  if ('state' in report) return [report];
  const { size, damage } = report;
  if (damage.length === 0) return [good('data', size.zh, size.en)];
  const lines = damage.map((one) =>
    bad('data', `损坏，已当作缺失：${damageLine(one)}`, `damaged, and missing: ${damageLine(one)}`),
  );
  const next = bad(
    'data',
    '请先复制整个数据目录，再恢复备份或运行 houqin doctor --repair',
    'copy the whole data folder first; then restore a backup or run houqin doctor --repair',
  );
  return [...lines, next];
}

async function ofOwner(owner: OwnerApi): Promise<Check[]> {
  const running = good('gateway', `正在运行：${owner.url}`, `running at ${owner.url}`);
  const ready = await caught('ready', async () =>
    readyResponse.parse(await (await fetch(`${owner.url}/readyz`)).json()),
  );
  if ('state' in ready) return [running, ready];
  return [
    running,
    ...Object.entries(ready.parts).map(
      ([id, { ok, detail }]): Check => ({
        id,
        state: ok ? 'ok' : 'bad',
        message: { zh: detail === '' ? '正常' : detail, en: detail === '' ? 'good' : detail },
      }),
    ),
  ];
}
