import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node24.mjs';

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];

function fits(named, value) {
  const list = [named ?? []].flat();
  if (list.length === 0 || list.includes(value)) return true;
  return list.some((one) => one.startsWith('!')) && !list.includes(`!${value}`);
}

/** Optional packages are left out by npm for other machines, and with them what only they need: those name no machine. */
const mayBeAbsent = (entry) =>
  entry.optional &&
  (!(entry.os || entry.cpu) || entry.libc || !fits(entry.os, process.platform) || !fits(entry.cpu, process.arch));

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Why the installed packages are not what the lockfile says, or undefined when they are. Contents are compared, not times
 * (a checkout changes those), and npm's own record of what it installed is read, so an `npm ci` by hand counts too. Of
 * package.json only the dependencies matter: editing a script must not reinstall under somebody's running gateway.
 */
export function staleReason(dir = root) {
  const wanted = readJson(join(dir, 'package-lock.json'))?.packages;
  const manifest = readJson(join(dir, 'package.json'));
  if (!wanted || !manifest) return 'package.json or package-lock.json cannot be read';
  for (const kind of kinds) {
    const [inLock, inManifest] = [wanted['']?.[kind], manifest[kind]].map((deps) =>
      JSON.stringify(Object.entries(deps ?? {}).sort()),
    );
    if (inLock !== inManifest) return `${kind} of package.json and package-lock.json differ`;
  }
  const installed = readJson(join(dir, 'node_modules', '.package-lock.json'))?.packages;
  if (!installed) return 'nothing is installed yet';
  for (const [path, entry] of Object.entries(wanted)) {
    const found = installed[path];
    if (path === '' || (!found && mayBeAbsent(entry))) continue;
    if (!found) return `${path} is missing`;
    if (found.version !== entry.version || found.integrity !== entry.integrity) return `${path} is another version`;
  }
  return undefined;
}

/**
 * npm is run by the Node that runs npm, not by ours: from the second time on ours is node_modules/.bin/node, and `npm ci`
 * deletes that one.
 */
function npmCommand(env = process.env) {
  if (env.npm_node_execpath && env.npm_execpath && existsSync(env.npm_node_execpath)) {
    return { command: env.npm_node_execpath, args: [env.npm_execpath], shell: false };
  }
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}

function npmCi() {
  const { command, args, shell } = npmCommand();
  return new Promise((resolve) => {
    const child = spawn(command, [...args, 'ci', '--include=dev', '--loglevel=error'], {
      cwd: root,
      shell,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** `npm start` and `npm test` in two terminals of a fresh clone must not install or build into each other. */
export async function alone(work, dir = join(root, '.cache')) {
  const lock = join(dir, 'bootstrap.lock');
  mkdirSync(dir, { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const owner = Number(existsSync(lock) ? readFileSync(lock, 'utf8') : '');
      if (owner && !alive(owner)) rmSync(lock, { force: true });
      else await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** True when the packages are there. Everything it says goes to stderr: stdout may be somebody's JSON. */
export async function ensureInstalled() {
  const reason = staleReason();
  if (!reason) return true;
  const fresh = !existsSync(join(root, 'node_modules'));
  console.error(`正在安装依赖,约一分钟…  Installing packages, about a minute… (${fresh ? 'first run' : reason})`);
  const started = Date.now();
  const code = await npmCi();
  if (code === 0) {
    console.error(`依赖已装好,用时 ${Math.round((Date.now() - started) / 1000)} 秒。 Packages installed.`);
    return true;
  }
  console.error(
    `依赖安装失败 (npm ci 退出码 ${code}):检查网络后重试。 npm ci failed with exit code ${code}: see the lines above, check the network and run the same command again.`,
  );
  return false;
}
