import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Unread } from '#contract/http/onboarding.ts';
import { nearestWord } from '../shared/nearest-word.ts';
import type { Seen } from './unread-book.ts';

const MAX_NEAR = 3;

/**
 * Names in `fields` that no message of the device had, with names that may have been meant: most likely a slip of the pen.
 * @param seen undefined where no message was looked through yet: then nothing is known
 */
export function unseenFields({ fields = {} }: Pick<DeviceConfig, 'fields'>, seen: Seen | undefined): Unread['unseen'] {
  if (seen === undefined) return [];
  const free = [...seen.names].filter((name) => !Object.hasOwn(fields, name));
  return Object.entries(fields)
    .filter(([path, field]) => field !== null && !seen.used.has(path))
    .map(([path]) => ({ path, near: nearOf(path, free) }));
}

/** The one that is written most alike, and those that end on the same name. */
function nearOf(path: string, names: readonly string[]): string[] {
  const alike = nearestWord(path, names);
  const last = lastOf(path).toLowerCase();
  const same = names.filter((name) => lastOf(name).toLowerCase() === last);
  const lastAlike = nearestWord(lastOf(path), names.map(lastOf));
  const byLast = names.filter((name) => lastOf(name) === lastAlike);
  return [...new Set([...(alike === undefined ? [] : [alike]), ...same, ...byLast])].slice(0, MAX_NEAR);
}

const lastOf = (path: string): string => path.split(/[.:/]/).at(-1) ?? path;
