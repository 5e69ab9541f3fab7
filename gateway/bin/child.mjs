import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const shells = /^(sh|dash|ash|bash|zsh)$/;

function linuxStat(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const nameEnd = stat.lastIndexOf(')');
    return {
      name: stat.slice(stat.indexOf('(') + 1, nameEnd),
      parent: Number(stat.slice(nameEnd + 2).split(' ')[1]),
    };
  } catch {
    return undefined;
  }
}

/** npm → (shell →) us. The shell outlives a killed npm and would keep us waiting for ever, so npm itself is looked at. */
export function ancestry() {
  const parent = process.ppid;
  const stat = process.platform === 'linux' ? linuxStat(parent) : undefined;
  return stat && shells.test(stat.name) ? `${parent} ${stat.parent}` : `${parent}`;
}

function exitCodeOf(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0);
}

/**
 * Runs one child to its end and returns its exit code. The first signal is passed on, once: a terminal, npm and we may all
 * deliver the same Ctrl-C. Only a signal that comes `patienceMs` later ends a child that does not want to stop.
 */
export function runChild(command, args, { env = process.env, cwd, patienceMs = 5000, pollMs = 250 } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...env, HOUQIN_PARENT: String(process.pid) },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  let firstAt;
  const stop = (signal) => {
    if (firstAt === undefined) {
      firstAt = Date.now();
      child.kill(signal);
    } else if (Date.now() - firstAt > patienceMs) {
      child.kill('SIGKILL');
    }
  };
  for (const signal of passedOn) process.on(signal, stop);

  // Started by hand or by a service manager we outlive our starter on purpose (nohup), under npm we must not.
  const underNpm = process.env.npm_lifecycle_event !== undefined;
  const before = ancestry();
  const poll = underNpm
    ? setInterval(() => ancestry() !== before && firstAt === undefined && stop('SIGTERM'), pollMs)
    : undefined;
  poll?.unref();

  return new Promise((resolve) => {
    const done = (code) => {
      clearInterval(poll);
      for (const signal of passedOn) process.off(signal, stop);
      resolve(code);
    };
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`);
      done(127);
    });
    child.once('exit', (code, signal) => done(exitCodeOf(code, signal)));
  });
}
