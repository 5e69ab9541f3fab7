/** The map that turns the words of one device into 1 and 0. */
import { type StateWords, wordsOfState, YES_NO } from '#contract/state-words.ts';
import type { Scalar } from './read-message.ts';

/** “Normal” says that there is a recording. That is proposed, for a person to accept, and never taken unasked. */
const PROPOSED: Readonly<Record<string, readonly Pick<StateWords, 'ones' | 'zeros'>[]>> = {
  camera_recording: [
    { ones: ['normal', 'ok'], zeros: ['error', 'lost', 'idle'] },
    { ones: ['正常'], zeros: ['异常', '丢失'] },
  ],
};

export type StateMap =
  /** Taken as it is: true and 1 are yes. */
  { readonly ok: true; readonly map: Readonly<Record<string, number>> | undefined } | { readonly ok: false };

/** @param inverted the device's yes is the metric's no */
export function stateMap(value: Scalar, metric: string, inverted: boolean): StateMap {
  if (typeof value === 'boolean') return { ok: true, map: inverted ? { true: 0, false: 1 } : undefined };
  if (value === 0 || value === 1) return { ok: true, map: inverted ? { '1': 0, '0': 1 } : undefined };
  if (typeof value !== 'string') return { ok: false };
  const word = value.trim();
  const pair = [...wordsOfState(metric), ...(PROPOSED[metric] ?? []), ...YES_NO].find(({ ones, zeros }) =>
    [...ones, ...zeros].includes(word.toLowerCase()),
  );
  if (pair === undefined) return { ok: false };
  const entries = [
    ...pair.ones.map((one): [string, number] => [inCaseOf(word, one), inverted ? 0 : 1]),
    ...pair.zeros.map((zero): [string, number] => [inCaseOf(word, zero), inverted ? 1 : 0]),
  ];
  return { ok: true, map: Object.fromEntries(entries) };
}

/** Devices that say `OPEN` say `CLOSED`, not `closed`. */
function inCaseOf(sample: string, word: string): string {
  if (sample === sample.toLowerCase()) return word;
  if (sample === sample.toUpperCase()) return word.toUpperCase();
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
