/** `houqin demo on|off|status`: from the demo campus to an empty, real one, and back. What was there before is kept. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../config/config-files.ts';
import { readConfigTexts } from '../config/load-config.ts';
import { type ConfigTexts, configFileName, parseConfig } from '../config/parse-config.ts';
import { CONFIG_NAMES, type ConfigName } from '../config/schemas.ts';
import { describe } from '../shared/start-refusal.ts';
import { dataOwner } from '../store/data-lock.ts';
import type { Command, CommandIo } from './command.ts';
import { cannot, usage } from './command-refusal.ts';
import { keepSet, newestSet } from './config-history.ts';
import { withDemo } from './empty-campus.ts';
import { type LeftDemo, leaveDemo } from './leave-demo.ts';
import { parseOptions } from './parse-options.ts';
import { environmentOf, isDemo, readText } from './site.ts';
import { listUsers } from './user-command.ts';

const HELP = `usage: houqin demo on|off|status [--json]

off：关掉演示，留下一个空的真实校园：一个地点，没有设备，规则用平时的时长；真实数据从空的数据目录开始。
off: leaves an empty, real campus: one place, no devices, the same rules with their usual times; data begin anew.
on：把演示校园放回来。on: brings the demo campus back.
status：现在是哪一个。status: which one it is now.

被替换的文件存入 <HOUQIN_DATA>/config-history（demo-… 和 real-…）；off 会取回上次的真实配置，on 取回演示配置。
先改了文件再运行 off 也可以：您写的地点和设备保留，演示的设备、停用条目和短时长去掉，并逐项说明；演示期间的用户不带走。
Replaced files go to <HOUQIN_DATA>/config-history (demo-…, real-…); off brings your own files back if there are any, on the
demo's. Files edited before off keep what you wrote; the demo's devices, exception and short times go, each is told. Users of the
demo are not taken along.
--json: {"demo","dataDir","configDir","running","kept","changed"}, off also {"left","demoUsers"}

examples:
  houqin demo status
  houqin demo off
  houqin demo on`;

type Texts = ReadonlyMap<ConfigName, string>;

export const demoCommand: Command = {
  help: HELP,
  async run(argv, io) {
    const { values, positionals } = parseOptions(
      argv,
      { json: { type: 'boolean', default: false } },
      { min: 1, max: 1 },
    );
    const [action = ''] = positionals;
    if (!['on', 'off', 'status'].includes(action)) throw usage('写 on、off 或 status。', 'Say on, off or status.');
    const { configDir, dataDir } = environmentOf(io);
    const demo = await isDemo(configDir);
    const wanted = action === 'status' ? demo : action === 'on';
    const switched: Switched =
      wanted === demo ? { kept: null, changed: [] } : await switchTo(wanted, configDir, dataDir, io);
    const now = wanted ? join(dataDir, 'demo') : dataDir;
    const before = demo ? join(dataDir, 'demo') : dataDir;
    const running = dataOwner(before) ?? null;
    const state = { demo: wanted, dataDir: now, configDir, running, ...switched };
    if (values.json) io.out(JSON.stringify(state));
    else for (const line of linesOf(state, wanted !== demo)) io.out(line);
    return 0;
  },
};

interface Switched {
  /** Folder with the files as they were. */
  readonly kept: string | null;
  readonly changed: readonly string[];
  /** Of `off`: what became of the demo. */
  readonly left?: Omit<LeftDemo, 'files'>;
  /** Who was made while the demo ran; null when that cannot be read. */
  readonly demoUsers?: readonly string[] | null;
}

async function switchTo(demo: boolean, configDir: string, dataDir: string, io: CommandIo): Promise<Switched> {
  const { texts } = await readConfigTexts(configDir);
  const real = demo ? undefined : await realTexts(texts.files, dataDir);
  const next = new Map(real?.files ?? (await demoTexts(texts.files, dataDir)));
  const gateway = texts.files.get('gateway');
  if (gateway !== undefined) next.set('gateway', withDemo(gateway, demo));
  refuseBroken({ ...texts, files: next });
  const changed = CONFIG_NAMES.filter((name) => next.get(name) !== texts.files.get(name));
  const before = new Map([...texts.files].map(([name, text]) => [configFileName(name), text]));
  const kept = await keepSet(dataDir, demo ? 'real' : 'demo', before, io.clock.now());
  for (const name of changed) {
    const text = next.get(name);
    if (text !== undefined) await replaceFile(join(configDir, configFileName(name)), text);
  }
  const switched = { kept, changed: changed.map(configFileName) };
  if (real === undefined) return switched;
  const { files, ...left } = real;
  return { ...switched, left, demoUsers: await usersOf(join(dataDir, 'demo'), io) };
}

/** The school's own files from last time, unless it has made campus.yaml of the demo its own; else what leaves the demo. */
async function realTexts(files: Texts, dataDir: string): Promise<LeftDemo> {
  const left = leaveDemo(files);
  const folder = left.edited.includes('campus') ? undefined : await newestSet(dataDir, 'real');
  if (folder === undefined) return left;
  const count = left.keptDevices.length + left.removedDevices;
  const before = { files: await setTexts(files, folder), edited: left.edited };
  return { ...before, keptDevices: [], removedDevices: count, demoPlaces: [] };
}

/** @returns names; null when the folder is in use by what does not answer, or cannot be read */
async function usersOf(demoDir: string, io: CommandIo): Promise<readonly string[] | null> {
  if (!existsSync(join(demoDir, 'records.db'))) return [];
  try {
    return (await listUsers(demoDir, io)).map(({ name }) => name);
  } catch {
    return null;
  }
}

/** Without a kept demo the campus that is there gets the simulated devices. */
async function demoTexts(files: Texts, dataDir: string): Promise<Texts> {
  const folder = await newestSet(dataDir, 'demo');
  return folder === undefined ? files : setTexts(files, folder);
}

async function setTexts(files: Texts, folder: string): Promise<Texts> {
  const next = new Map(files);
  for (const name of CONFIG_NAMES) {
    if (name === 'gateway') continue;
    const text = await readText(join(folder, configFileName(name))).catch(() => undefined);
    if (text !== undefined) next.set(name, text);
  }
  return next;
}

/** Nothing is written that the gateway would not take. */
function refuseBroken(texts: ConfigTexts): void {
  const result = parseConfig(texts);
  if (result.ok) return;
  const lines = result.problems.map((problem) => `\n  ${describe(problem)}`).join('');
  throw cannot(
    `没有改动：改后的配置有 ${result.problems.length} 处问题：${lines}`,
    `Nothing was changed: the config would have ${result.problems.length} problem(s), listed above.`,
  );
}

type State = Switched & {
  readonly demo: boolean;
  readonly dataDir: string;
  readonly configDir: string;
  readonly running: number | null;
};

function linesOf(state: State, isSwitched: boolean): string[] {
  const { demo, dataDir, running, kept, changed } = state;
  return [
    demo ? '演示：开 / demo: on' : '演示：关 / demo: off',
    `数据 / data: ${dataDir}`,
    ...(isSwitched ? [`改动 / changed: ${changed.join(', ')}`] : []),
    ...leftLines(state),
    ...(kept === null ? [] : [`原来的文件 / former files: ${kept}`]),
    ...userLines(state),
    ...(isSwitched && running !== null
      ? [
          `网关（进程 ${running}）仍在用原来的数据目录，请重新启动 / The gateway (process ${running}) still has the former data folder: restart it`,
        ]
      : []),
    ...(!isSwitched && running !== null ? [`网关正在运行 / the gateway runs: ${running}`] : []),
    ...(isSwitched && !demo
      ? [
          '下一步：改 campus.yaml、devices.yaml、calendar.yaml，再 houqin config check / next: edit these three, then houqin config check',
        ]
      : []),
  ];
}

const LISTED = 10;

function some(names: readonly string[]): string {
  const more = names.length - LISTED;
  return `${names.slice(0, LISTED).join(', ')}${more > 0 ? `, … (+${more})` : ''}`;
}

/** What went with the demo, and what of it stays for the school to look at. */
function leftLines({ left }: State): string[] {
  if (left === undefined) return [];
  const { edited, keptDevices, removedDevices, demoPlaces } = left;
  return [
    `删去的演示设备 / devices removed: ${removedDevices}`,
    ...(edited.length === 0 ? [] : [`您改过的文件 / files you had edited: ${edited.map(configFileName).join(', ')}`]),
    ...(keptDevices.length === 0
      ? []
      : [`保留的设备（您加的或改过的，及其上级）/ devices kept, yours and what they hang on: ${some(keptDevices)}`]),
    ...(demoPlaces.length === 0
      ? []
      : [
          `campus.yaml 保留，其中 ${demoPlaces.length} 个地点仍和演示一样，不是本校的请删去 / campus.yaml stays; ${demoPlaces.length} places in it are still the demo's, remove what is not your school: ${some(demoPlaces)}`,
        ]),
  ];
}

function userLines({ demoUsers, dataDir }: State): string[] {
  if (demoUsers === undefined || demoUsers?.length === 0) return [];
  const who = demoUsers === null ? '' : `（${some(demoUsers)}）`;
  const whoEn = demoUsers === null ? '' : ` (${some(demoUsers)})`;
  return [
    `演示期间的用户${who}不带到本校，下次启动会打印设置链接，请新建管理员 / Users of the demo${whoEn} are not taken along: the next start prints a set-up link for a new administrator`,
    `不再需要演示时，停掉网关后删除它的用户和数据 / when the demo is no longer wanted, stop the gateway and remove its users and data: rm -r ${join(dataDir, 'demo')}`,
  ];
}
