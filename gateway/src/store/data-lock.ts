/**
 * One owner per data folder: a lock file with the owner's pid and the machine's boot id. On a disk that takes no new file
 * the lock is held in the machine's memory instead: a gateway on a full disk still has to start and say so.
 */
import { existsSync, linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, uptime } from 'node:os';
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
  const own: Owner = { pid: process.pid, boot: bootId(), started: startOf(process.pid) };
  // Whoever found the disk full holds it from memory, also once there is room again.
  const elsewhere = memoryLock(dir);
  const owner = elsewhere === undefined ? undefined : ownerOf(elsewhere);
  if (owner !== undefined && runs(owner)) return ownedBy(dir, owner.pid);
  try {
    makeFolder(dir);
    return taken(dir, join(dir, 'lock'), own);
  } catch (error) {
    return ownLockOf(dir, own) ?? inMemory(dir, own) ?? notWritable(dir, error);
  }
}

function taken(dir: string, file: string, own: Owner): DataLock {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (created(file, own)) return { ok: true, release: () => released(file, own) };
    const owner = ownerOf(file);
    if (owner !== undefined && runs(owner)) return ownedBy(dir, owner.pid);
    if (owner !== undefined) takenAside(file, owner);
  }
  return { ok: false, reason: 'owned', pid: 0, message: `${dir} is being taken by another process` };
}

const ownedBy = (dir: string, pid: number): DataLock => ({
  ...{ ok: false, reason: 'owned', pid },
  message: `${dir} is in use by process ${pid}`,
});

function notWritable(dir: string, error: unknown): DataLock {
  const message = `${dir} cannot be written: ${error instanceof Error ? error.message : String(error)}`;
  return { ok: false, reason: 'read-only', message };
}

/** Somebody took the lock while the disk still took files. */
function ownLockOf(dir: string, own: Owner): DataLock | undefined {
  const owner = ownerOf(join(dir, 'lock'));
  return owner !== undefined && !same(owner, own) && owner.pid !== 0 && runs(owner)
    ? ownedBy(dir, owner.pid)
    : undefined;
}

/** Only for a folder that holds data: a first start needs a disk. */
function inMemory(dir: string, own: Owner): DataLock | undefined {
  const file = memoryLock(dir);
  if (file === undefined || !existsSync(join(dir, 'records.db'))) return undefined;
  try {
    return taken(dir, file, own);
  } catch {
    return undefined;
  }
}

/** The same file for every path to the folder; undefined for a folder that is not there. */
function memoryLock(dir: string): string | undefined {
  const found = statSync(dir, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  const memory = existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir();
  return join(memory, `houqin-lock-${found.dev}-${found.ino}`);
}

const SHARED_MEMORY = '/dev/shm';

/** Pid of the process that holds the folder now; undefined when nobody does. */
export function dataOwner(dir: string): number | undefined {
  const files = [join(dir, 'lock'), memoryLock(dir)];
  for (const file of files) {
    const owner = file === undefined ? undefined : ownerOf(file);
    if (owner !== undefined && runs(owner)) return owner.pid;
  }
  return undefined;
}

/** Linked into place with its content: nobody ever reads a lock that is not written yet. */
function created(file: string, own: Owner): boolean {
  const draft = `${file}.${own.pid}`;
  try {
    writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    dropped(draft);
  }
}

/** What went wrong before matters more than that it cannot be cleaned up. */
function dropped(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // A read-only disk has no such file to begin with.
  }
}

/** A disk that became read-only keeps the file; its owner no longer runs, so the next start takes it over. */
function released(file: string, own: Owner): void {
  if (!same(ownerOf(file), own)) return;
  try {
    rmSync(file, { force: true });
  } catch (error) {
    if (!hasCode(error, 'EROFS') && !hasCode(error, 'EACCES')) throw error;
  }
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
