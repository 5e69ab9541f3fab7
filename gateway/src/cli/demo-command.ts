/** `houqin demo on|off|status`: from the demo campus to an empty, real one, and back. What was there before is kept. */
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
import { emptyCampus, isDemoCampus, withDemo } from './empty-campus.ts';
import { parseOptions } from './parse-options.ts';
import { environmentOf, isDemo, readText } from './site.ts';

const HELP = `usage: houqin demo on|off|status [--json]

off：关掉演示，留下一个空的真实校园：一个地点，没有设备，规则用平时的时长；真实数据从空的数据目录开始。
off: leaves an empty, real campus: one place, no devices, the same rules with their usual times; data begin anew.
on：把演示校园放回来。on: brings the demo campus back.
status：现在是哪一个。status: which one it is now.

被替换的文件存入 <HOUQIN_DATA>/config-history（demo-… 和 real-…）；off 会取回上次的真实配置，on 取回演示配置。
已经把 campus.yaml 换成自己学校的，off 保留您的地点和设备，只关掉演示。
Replaced files go to <HOUQIN_DATA>/config-history (demo-…, real-…); off brings your own files back if there are any, on the
demo's. If campus.yaml already is your own school, off keeps your places and devices and only ends the demo.
--json: {"demo","dataDir","configDir","running","kept","changed"}

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
    const switched = wanted === demo ? { kept: null, changed: [] } : await switchTo(wanted, configDir, dataDir, io);
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
}

async function switchTo(demo: boolean, configDir: string, dataDir: string, io: CommandIo): Promise<Switched> {
  const { texts } = await readConfigTexts(configDir);
  const next = new Map(demo ? await demoTexts(texts.files, dataDir) : await realTexts(texts.files, dataDir));
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
  return { kept, changed: changed.map(configFileName) };
}

/** The school's own files from last time, else what is there when it is the school's own, else an empty campus. */
async function realTexts(files: Texts, dataDir: string): Promise<Texts> {
  if (!isDemoCampus(files.get('campus') ?? '')) return files;
  const folder = await newestSet(dataDir, 'real');
  return folder === undefined ? emptyCampus(files) : setTexts(files, folder);
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

function linesOf(
  state: Switched & { readonly demo: boolean; readonly dataDir: string; readonly running: number | null },
  isSwitched: boolean,
): string[] {
  const { demo, dataDir, running, kept, changed } = state;
  return [
    demo ? '演示：开 / demo: on' : '演示：关 / demo: off',
    `数据 / data: ${dataDir}`,
    ...(isSwitched ? [`改动 / changed: ${changed.join(', ')}`] : []),
    ...(kept === null ? [] : [`原来的文件 / former files: ${kept}`]),
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
