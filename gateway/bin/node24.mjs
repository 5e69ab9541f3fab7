import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export const needsNode24 =
  '这台机器没有随包的 Node 24:请先安装 Node 24 再运行。 No bundled Node 24 for this platform: install Node 24 and run this again.';

const ownMajor = () => Number.parseInt(process.versions.node, 10);

/**
 * The real executable of the node package, not `.bin/node`: on Windows that one is a shim which cannot be spawned without a
 * shell. Not `process.execPath` either, which is the machine's older Node on a first run.
 */
export function findNode24(modules = join(root, 'node_modules')) {
  const exe = process.platform === 'win32' ? 'node.exe' : 'node';
  const target = `${process.platform}-${process.arch}`;
  for (const name of [`node-${target}`, `node-bin-${target}`]) {
    const file = join(modules, name, 'bin', exe);
    if (existsSync(file)) return file;
  }
  return ownMajor() >= 24 ? process.execPath : undefined;
}

/** Where Node keeps what it compiled: the sources are TypeScript, and without it each start strips and compiles all of them again. */
export const compileCache = join(root, '.cache', 'compiled');

/**
 * Environment of a child: what it starts by the name of `node` is Node 24 as well, also when npm did not start us, and
 * every thread and process below it shares one compile cache.
 */
export function childEnv(env = process.env) {
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const bin = join(root, 'node_modules', '.bin');
  return { NODE_COMPILE_CACHE: compileCache, ...env, [key]: [bin, env[key]].filter(Boolean).join(delimiter) };
}
