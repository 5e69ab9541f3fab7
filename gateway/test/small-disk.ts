/** A disk of its own for a test, small enough to be filled, in memory or as a file. Needs root. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export interface SmallDisk {
  readonly dir: string;
  /** Takes all that is left. */
  fill(): void;
  free(): void;
  /** Only while nothing on it is open for writing. */
  remount(as: 'ro' | 'rw'): void;
  remove(): void;
}

const run = (command: string, ...args: readonly string[]): void => {
  execFileSync(command, args, { stdio: 'ignore' });
};

export async function smallDisk(mib: number): Promise<SmallDisk> {
  const dir = await mkdtemp(join(tmpdir(), 'houqin-disk-'));
  run('mount', '-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', dir);
  return mounted(dir);
}

/** On a file system that an error makes read-only while everything is open, as a failing disk does. */
export async function failingDisk(mib: number): Promise<SmallDisk & { fail(): void }> {
  const dir = await mkdtemp(join(tmpdir(), 'houqin-disk-'));
  const image = `${dir}.img`;
  run('truncate', '-s', `${mib}m`, image);
  run('mkfs.ext4', '-q', '-F', image);
  run('mount', '-o', 'loop,errors=remount-ro', image, dir);
  const disk = mounted(dir);
  return {
    ...disk,
    fail: () => writeFileSync(join('/sys/fs/ext4', deviceOf(dir), 'trigger_fs_error'), 'a test'),
    remove() {
      disk.remove();
      rmSync(image, { force: true });
    },
  };
}

function mounted(dir: string): SmallDisk {
  const ballast = join(dir, 'ballast');
  return {
    dir,
    fill() {
      run('sh', '-c', `head -c 1G /dev/zero > ${ballast} || true`);
      if (statfsSync(dir).bavail > 0) throw new Error(`${dir} is not full`);
    },
    free: () => rmSync(ballast, { force: true }),
    remount: (as) => run('mount', '-o', `remount,${as}`, dir),
    remove() {
      run('umount', '-l', dir);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function deviceOf(dir: string): string {
  const line = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .find((mount) => mount.split(' ')[1] === dir);
  return basename(line?.split(' ')[0] ?? '');
}

/** Why `smallDisk` cannot be had here; undefined when it can. */
export function diskMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'mounting a small disk needs root';
  return tried(() => {
    const dir = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
    run('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir);
    run('umount', dir);
    run('rmdir', dir);
  })
    ? undefined
    : 'this machine does not allow mounting a small disk';
}

/** Why `failingDisk` cannot be had here; undefined when it can. */
export function failingDiskMissing(): string | undefined {
  const missing = diskMissing();
  if (missing !== undefined) return missing;
  const has = existsSync('/sys/fs/ext4/features') && readdirSync('/dev').some((name) => /^loop\d/.test(name));
  return has && tried(() => run('mkfs.ext4', '-V')) ? undefined : 'a disk that fails needs loop devices and ext4';
}

function tried(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
