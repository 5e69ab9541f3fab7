/** A command in this very process, on folders of its own. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../src/cli/cli.ts';
import { systemClock } from '../../src/shared/clock.ts';

export interface Ran {
  readonly code: number;
  /** Lines of standard output and of standard error. */
  readonly out: readonly string[];
  readonly err: readonly string[];
  /** Standard output, which must be one JSON document and nothing else. */
  json<T>(): T;
}

export interface Bench {
  readonly dir: string;
  readonly configDir: string;
  readonly dataDir: string;
  houqin(...argv: string[]): Promise<Ran>;
  /** The same with a line on standard input. */
  withInput(line: string, ...argv: string[]): Promise<Ran>;
  /** Writes a file beside the folders. @returns its path */
  file(name: string, text: string): Promise<string>;
  remove(): Promise<void>;
}

const CONFIG = join(import.meta.dirname, '../campus-config');

export async function createBench(
  options: { readonly config?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Bench> {
  const dir = await mkdtemp(join(tmpdir(), 'houqin-cli-'));
  const configDir = join(dir, 'config');
  const dataDir = join(dir, 'data');
  await cp(options.config ?? CONFIG, configDir, { recursive: true });
  const env = {
    HOUQIN_CONFIG: configDir,
    HOUQIN_DATA: dataDir,
    HOUQIN_HTTP: '127.0.0.1:0',
    HOUQIN_MQTT: '127.0.0.1:0',
  };
  const run = (input: string, argv: readonly string[]): Promise<Ran> =>
    runHere({ ...env, ...options.env }, input, argv);
  return {
    ...{ dir, configDir, dataDir },
    houqin: (...argv) => run('', argv),
    withInput: (line, ...argv) => run(line, argv),
    async file(name, text) {
      const path = join(dir, name);
      await writeFile(path, text);
      return path;
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

export async function runHere(
  env: Readonly<Record<string, string | undefined>>,
  input: string,
  argv: readonly string[],
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommand(argv, {
    env,
    clock: systemClock(),
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    rewrite: undefined,
    paint: (_style, text) => text,
    secret: async () => input,
  });
  return { code, out: out.flatMap((text) => text.split('\n')), err, json: () => JSON.parse(out.join('\n')) };
}
