/** What to say about a swap before it is recorded; nothing here stops it, people who stood before the meter decide. */
import type { SwapRequest } from '#contract/http/onboarding.ts';

export interface SwapFields {
  readonly at: string;
  readonly final: string;
  readonly initial: string;
  readonly serial: string;
  readonly doneBy: string;
  readonly witness: string;
  readonly note: string;
}

export type SwapProblem = 'needFinal' | 'needInitial' | 'needAt' | 'needPeople';
export type SwapWarning = 'warnBelow' | 'warnFar' | 'warnInitial' | 'warnSame' | 'warnOld';

/** A number as people type it; undefined when it is none or negative. */
export function readingOf(text: string): number | undefined {
  const value = Number(text.trim().replaceAll(',', '').replace('，', ''));
  return text.trim() === '' || !Number.isFinite(value) || value < 0 ? undefined : value;
}

export type SwapRead =
  | { readonly ok: true; readonly swap: SwapRequest }
  | { readonly ok: false; readonly problem: SwapProblem };

/** @param at epoch ms of the time that was typed; undefined when it is none */
export function swapOf(
  metric: SwapRequest['metric'],
  fields: SwapFields,
  at: number | undefined,
  now: number,
): SwapRead {
  const finalReading = readingOf(fields.final);
  const initialReading = readingOf(fields.initial);
  const [doneBy, witness] = [fields.doneBy.trim(), fields.witness.trim()];
  if (finalReading === undefined) return { ok: false, problem: 'needFinal' };
  if (initialReading === undefined) return { ok: false, problem: 'needInitial' };
  if (at === undefined || at > now) return { ok: false, problem: 'needAt' };
  if (doneBy === '' || witness === '') return { ok: false, problem: 'needPeople' };
  const note = fields.note.trim();
  const newSerial = fields.serial.trim();
  return {
    ok: true,
    swap: {
      metric,
      at,
      finalReading,
      initialReading,
      doneBy,
      witness,
      ...(note === '' ? {} : { note }),
      ...(newSerial === '' ? {} : { newSerial }),
    },
  };
}

export interface LastReading {
  readonly ts: number;
  readonly value: number;
}

const day = 86_400_000;

/**
 * What looks odd about a swap.
 * @param perDay usual consumption of a day; undefined when nobody knows
 */
export function swapWarnings(
  swap: SwapRequest,
  last: LastReading | undefined,
  perDay: number | undefined,
  now: number,
): readonly SwapWarning[] {
  const warnings: SwapWarning[] = [];
  if (last && last.ts <= swap.at) {
    const grown = swap.finalReading - last.value;
    const days = Math.max(1, (swap.at - last.ts) / day);
    if (grown < 0) warnings.push('warnBelow');
    else if (grown > (perDay === undefined ? Math.max(100, last.value / 10) : 5 * perDay * days))
      warnings.push('warnFar');
  }
  if (swap.initialReading > 10 && swap.initialReading >= swap.finalReading / 2) warnings.push('warnInitial');
  if (swap.doneBy === swap.witness) warnings.push('warnSame');
  if (now - swap.at > 31 * day) warnings.push('warnOld');
  return warnings;
}
