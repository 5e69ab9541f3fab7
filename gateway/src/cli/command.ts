/** What a command is, and what it may touch: everything else of the process comes in through `CommandIo`, so tests run it in-process. */
import type { Text } from '#contract/enums.ts';
import type { Clock } from '../shared/clock.ts';

export type Paint = 'red' | 'green' | 'yellow' | 'bold' | 'dim';

export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** A whole line to standard output: the result and nothing else. */
  out(line: string): void;
  /** A whole line to standard error: progress, logs, refusals. */
  err(line: string): void;
  /** Rewrites the last line of standard error where that is a terminal; undefined where it is none. */
  readonly rewrite: ((line: string) => void) | undefined;
  /** Colours a text for standard output; as it is under NO_COLOR or into a file. */
  paint(style: Paint, text: string): string;
  /** One line that a person types without echo, or the first line that is piped in. */
  secret(prompt: string): Promise<string>;
}

export interface Command {
  /** Usage, options and examples, for `--help`. */
  readonly help: string;
  /**
   * @param argv what follows the name
   * @returns exit code: 0 done; 1 done, and something is wrong with what was looked at; see command-refusal.ts for the others
   * @throws CommandRefusal
   */
  run(argv: readonly string[], io: CommandIo): Promise<number>;
}

/** Chinese first, English complete. */
export const both = ({ zh, en }: Text): string => (zh === en ? zh : `${zh} / ${en}`);
