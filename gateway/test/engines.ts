/** Other people's MQTT programs, where this machine has them. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps servers outside the PATH of ordinary users. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/** @returns the path of a program, or undefined when it is not installed */
export function programPath(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

export const mosquittoBinary = (): string | undefined => programPath('mosquitto');

/** @returns a Python that can import `module`, or undefined; Debian's packages are only seen by Debian's own */
export function pythonWith(module: string): string | undefined {
  return ['/usr/bin/python3', 'python3', 'python'].find(
    (python) => spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0,
  );
}
