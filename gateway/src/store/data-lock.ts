/** One owner per data folder: a lock file with the owner's pid and the machine's boot id. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './make-folder.ts';

export type DataLock =
  | { readonly ok: true; release(): void }
  | { readonly ok: false; readonly reason: 'owned'; readonly pid: number; readonly message: string }
  | { readonly ok: false; readonly reason: 'read-only'; readonly message: string };

interface Owner {
  readonly pid: number;
  readonly boot: string;
  /** Start of the owning process in the kernel's ticks, where it can be told: a recycled pid is not the owner. */
  readonly started: string;
}

/**
 * Takes the folder, creating it when absent. A lock left by a process that no longer runs, or by an earlier boot, is
 * taken over.
 */
export function dataLock(dir: string): DataLock {
  const file = join(dir, 'lock');
  const own: Owner = { pid: process.pid, boot: bootId(), started: startOf(process.pid) };
  try {
    makeFolder(dir);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (created(file, own)) return { ok: true, release: () => released(file, own) };
      const owner = ownerOf(file);
      if (owner !== undefined && runs(owner)) {
        const message = `${dir} is in use by process ${owner.pid}`;
        return { ok: false, reason: 'owned', pid: owner.pid, message };
      }
      if (owner !== undefined) takenAside(file, owner);
    }
    return { ok: false, reason: 'owned', pid: 0, message: `${dir} is being taken by another process` };
  } catch (error) {
    const message = `${dir} cannot be written: ${error instanceof Error ? error.message : String(error)}`;
    return { ok: false, reason: 'read-only', message };
  }
}

/** Pid of the process that holds the folder now; undefined when nobody does. */
export function dataOwner(dir: string): number | undefined {
  const owner = ownerOf(join(dir, 'lock'));
  return owner !== undefined && runs(owner) ? owner.pid : undefined;
}

/** Linked into place with its content: nobody ever reads a lock that is not written yet. */
function created(file: string, own: Owner): boolean {
  const draft = `${file}.${own.pid}`;
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function released(file: string, own: Owner): void {
  if (same(ownerOf(file), own)) rmSync(file, { force: true });
}

/** Of two that find the same stale lock one may already have put its own there: that one is put back. */
function takenAside(file: string, stale: Owner): void {
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside);
    if (!same(ownerOf(aside), stale)) linkSync(aside, file);
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

const same = (a: Owner | undefined, b: Owner): boolean =>
  a?.pid === b.pid && a.boot === b.boot && a.started === b.started;

/** @returns undefined when there is no lock; pid 0 for one that nobody could have written whole */
function ownerOf(file: string): Owner | undefined {
  const none: Owner = { pid: 0, boot: '', started: '' };
  let owner: unknown;
  try {
    owner = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return hasCode(error, 'ENOENT') ? undefined : none;
  }
  if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('boot' in owner)) return none;
  if (typeof owner.pid !== 'number' || typeof owner.boot !== 'string') return none;
  const started = 'started' in owner && typeof owner.started === 'string' ? owner.started : '';
  return { pid: owner.pid, boot: owner.boot, started };
}

function runs(owner: Owner): boolean {
  if (owner.boot !== bootId()) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (!hasCode(error, 'EPERM')) return false;
  }
  return owner.started === '' || owner.started === startOf(owner.pid);
}

/** Changes with every boot. Without the kernel's own: host name and boot minute. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `${hostname()}-${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
  }
}

/** Field 22 of /proc/PID/stat; '' where there is none. The command name before it may hold spaces and brackets. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
