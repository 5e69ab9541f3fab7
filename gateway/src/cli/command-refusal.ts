/** Why a command does not do what it was asked: one sentence for people, an exit code for scripts. */

/** Wrong arguments, environment or config. */
export const EXIT_USAGE = 2;
/** Asked rightly, and still it cannot be done: folder in use, gateway refuses, file unreadable. */
export const EXIT_CANNOT = 3;

export class CommandRefusal extends Error {
  readonly exitCode: number;
  readonly zh: string;
  constructor(exitCode: number, zh: string, en: string) {
    super(en);
    this.exitCode = exitCode;
    this.zh = zh;
  }
}

export const usage = (zh: string, en: string): CommandRefusal => new CommandRefusal(EXIT_USAGE, zh, en);
export const cannot = (zh: string, en: string): CommandRefusal => new CommandRefusal(EXIT_CANNOT, zh, en);

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
