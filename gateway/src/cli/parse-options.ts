/** Arguments of one command, by node:util parseArgs; what does not fit is said with the way to the help. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { duration, timeZone } from '#contract/config/common.ts';
import { messageOf, usage } from './command-refusal.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * @param positionals how many may stand besides the options
 * @throws CommandRefusal
 */
export function parseOptions<T extends Options>(
  argv: readonly string[],
  options: T,
  positionals: { readonly min: number; readonly max: number },
) {
  const parsed = read(argv, options);
  const { length } = parsed.positionals;
  if (length < positionals.min) throw usage('缺少参数，用 --help 查看用法。', 'An argument is missing; see --help.');
  if (length > positionals.max) {
    const extra = parsed.positionals[positionals.max] ?? '';
    throw usage(`多出的参数：${extra}`, `There is one argument too many: ${extra}`);
  }
  return parsed;
}

function read<T extends Options>(argv: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw usage(`参数不对（用 --help 查看用法）：${messageOf(error)}`, `${messageOf(error)} (see --help)`);
  }
}

/** `1h` in ms. */
export function durationOption(name: string, value: string): number {
  const parsed = duration.safeParse(value);
  if (parsed.success && parsed.data > 0) return parsed.data;
  throw usage(
    `--${name} 写成 30s、15m、1h 或 1d，而不是 ${value}。`,
    `--${name} is like 30s, 15m, 1h or 1d, not ${value}.`,
  );
}

export function zoneOption(name: string, value: string): string {
  if (timeZone.safeParse(value).success) return value;
  throw usage(
    `--${name} 应为时区名，例如 Asia/Shanghai、Europe/London，而不是 ${value}。`,
    `--${name} is a time zone such as Asia/Shanghai or Europe/London, not ${value}.`,
  );
}

export function numberOption(name: string, value: string, min: number): number {
  const number = Number(value);
  if (value.trim() !== '' && Number.isFinite(number) && number >= min) return number;
  throw usage(
    `--${name} 应为不小于 ${min} 的数，而不是 ${value}。`,
    `--${name} is a number from ${min} on, not ${value}.`,
  );
}
