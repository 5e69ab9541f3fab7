/** A log that remembers instead of printing. */
import type { Log } from '../../src/shared/log.ts';

export const QUIET: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export function rememberingLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const take = (_fields: object, message: string): void => {
    lines.push(message);
  };
  return { lines, info: take, warn: take, error: take };
}
