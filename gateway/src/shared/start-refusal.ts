/** Why the gateway does not start, as one sentence for people and an exit code for scripts. */
import { type Environment, isLoopback } from './environment.ts';
import type { ConfigProblem } from './loaded-config.ts';

export const EXIT_CONFIG = 2;
export const EXIT_CANNOT_START = 3;

export class StartRefusal extends Error {
  readonly zh: string;
  readonly exitCode: number;
  constructor(exitCode: number, zh: string, en: string) {
    super(en);
    this.zh = zh;
    this.exitCode = exitCode;
  }
}

/** `file:line:column` and what to write instead. */
export function describe(problem: ConfigProblem | undefined): string {
  if (!problem) return '';
  const { file, line, column, message } = problem;
  return `${file}:${line}:${column} ${message.zh} / ${message.en}`;
}

/** @throws StartRefusal when the demo or password-free devices would be reachable from other machines. */
export function refuseUnsafeListeners(environment: Environment, demo: boolean, auth: 'required' | 'anonymous'): void {
  const open = [environment.http, environment.mqtt].find((address) => !isLoopback(address.host));
  if (demo && open) {
    throw new StartRefusal(
      EXIT_CONFIG,
      `演示校园只能在本机使用，不能监听 ${open.host}。先运行 npx houqin demo off，或改回 127.0.0.1。`,
      `The demo campus is for this machine only and does not listen on ${open.host}. Run npx houqin demo off first, or use 127.0.0.1.`,
    );
  }
  if (auth === 'anonymous' && !isLoopback(environment.mqtt.host)) {
    throw new StartRefusal(
      EXIT_CONFIG,
      `HOUQIN_DEVICE_AUTH=anonymous（设备免密）只能用于 127.0.0.1，不能监听 ${environment.mqtt.host}。`,
      `HOUQIN_DEVICE_AUTH=anonymous is only for 127.0.0.1, not for ${environment.mqtt.host}.`,
    );
  }
}
