/** `houqin profile test FILE…`: profiles by the tests they bring, fixtures against all profiles. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { loadConfig } from '../config/load-config.ts';
import { PROFILES_FOLDER } from '../config/schemas.ts';
import { type ProfileTestResult, profileTest } from '../decode/profile-test.ts';
import type { Command } from './command.ts';
import { usage } from './command-refusal.ts';
import { parseOptions } from './parse-options.ts';
import { environmentOf, readText } from './site.ts';

const HELP = `usage: houqin profile test FILE… [--json]

.yaml：运行模板自带的 tests（向量文件先在模板旁边找，再用自带的）。.json：把报文交给全部模板，核对 expect。
.yaml: runs the tests a profile brings (vector files beside the profile, else the built-in ones).
.json: gives a fixture's messages to all profiles of HOUQIN_CONFIG and compares with their expect.
--json: {"passed","failed","failures":[{"file","id","expected","got"}]}
Exit: 0 all passed; 1 some failed.

examples:
  houqin profile test config/profiles/tasmota.yaml
  houqin profile test captured.json --json`;

const BUILT_IN = resolve(import.meta.dirname, '../../contract/vectors');

export const profileTestCommand: Command = {
  help: HELP,
  async run(argv, io) {
    const { values, positionals } = parseOptions(
      argv,
      { json: { type: 'boolean', default: false } },
      { min: 1, max: 1_000 },
    );
    const other = positionals.find((path) => !/\.(?:ya?ml|json)$/.test(path));
    if (other !== undefined) throw usage(`${other} 不是 .yaml 或 .json 文件。`, `${other} is no .yaml or .json file.`);
    const { configDir } = environmentOf(io);
    const { loaded, timeZone } = await loadedProfiles(configDir);
    const result = await testFiles(positionals, loaded, timeZone);
    if (values.json) io.out(JSON.stringify(result));
    else for (const line of linesOf(result)) io.out(line);
    return result.failed > 0 ? 1 : 0;
  },
};

/** Each with the vectors that lie beside it: two profiles may name files alike. */
async function testFiles(
  paths: readonly string[],
  loaded: ReadonlyMap<string, string>,
  timeZone: string | undefined,
): Promise<ProfileTestResult> {
  const builtIn = await jsonFiles(BUILT_IN);
  let passed = 0;
  const failures: ProfileTestResult['failures'][number][] = [];
  for (const path of paths) {
    const vectors = new Map([...builtIn, ...(path.endsWith('.json') ? [] : await jsonFiles(dirname(path)))]);
    const targets = new Map([[path, await readText(path)]]);
    const result = profileTest({ targets, loaded, vectors, ...(timeZone === undefined ? {} : { timeZone }) });
    passed += result.passed;
    failures.push(...result.failures);
  }
  return { passed, failed: failures.length, failures };
}

/** Profiles alone are needed: a mistake elsewhere in the config must not keep one from testing them. */
async function loadedProfiles(
  configDir: string,
): Promise<{ readonly loaded: ReadonlyMap<string, string>; readonly timeZone: string | undefined }> {
  const config = await loadConfig(configDir);
  if (config.ok) {
    return { loaded: config.config.profileFiles, timeZone: config.config.registry.campus.timeZone };
  }
  const folder = join(configDir, PROFILES_FOLDER);
  return { loaded: await filesIn(folder, /\.yaml$/), timeZone: undefined };
}

const jsonFiles = (folder: string): Promise<ReadonlyMap<string, string>> => filesIn(folder, /\.json$/);

async function filesIn(folder: string, ending: RegExp): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder).catch((): string[] => []);
  const files = new Map<string, string>();
  for (const name of names.filter((one) => ending.test(one)).sort()) {
    files.set(basename(name), await readText(join(folder, name)));
  }
  return files;
}

function linesOf({ passed, failed, failures }: ProfileTestResult): string[] {
  return [
    ...failures.flatMap(({ file, id, expected, got }) => [
      `${file}: ${id}`,
      `  应为 / expected: ${JSON.stringify(expected)}`,
      `  实际 / got:      ${JSON.stringify(got)}`,
    ]),
    `${passed} 通过 passed，${failed} 失败 failed`,
  ];
}
