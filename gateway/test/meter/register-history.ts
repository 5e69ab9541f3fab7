import fc from 'fast-check';
import { bookingReachMs } from '../../src/meter/bad-readings.ts';

/** All amounts are in hundredths (the register's step), so that the ledger is exact. */
export const SPEC = { digits: 5, ratedMax: 60, step: 0.01 };
const MODULUS = 10 ** SPEC.digits * 100;
const RATED_PER_MS = (SPEC.ratedMax * 100) / 3_600_000;

type FaultKind = 'reset' | 'swap-down' | 'swap-up' | 'dip' | 'spike';
interface Fault {
  readonly kind: FaultKind;
  readonly size: number;
  readonly times: number;
  readonly load: number;
}

export type Happening =
  | Fault
  | { readonly kind: 'grow'; readonly times: number; readonly load: number }
  | { readonly kind: 'gap'; readonly times: number; readonly load: number }
  | { readonly kind: 'jitter'; readonly steps: number };

export interface History {
  /** In the order they were taken; values in kWh. */
  readonly readings: readonly { readonly ts: number; readonly value: number }[];
  /** What really happened. */
  readonly truth: {
    readonly first: number;
    readonly last: number;
    readonly rollovers: number;
    readonly explained: number;
    readonly steps: readonly {
      readonly at: number;
      readonly kind: string;
      readonly before: number;
      readonly after: number;
    }[];
  };
}

const load = fc.integer({ min: 0, max: 100 });
const times = fc.integer({ min: 1, max: 3 });
const size = fc.integer({ min: 1, max: 100 });

/** Hours to weeks of a meter's life, with every way a register can misbehave. */
export const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ kind: fc.constant('grow' as const), times: fc.integer({ min: 1, max: 12 }), load }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('gap' as const), times: fc.integer({ min: 3, max: 400 }), load }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('jitter' as const), steps: fc.integer({ min: 1, max: 2 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          'reset' as const,
          'swap-down' as const,
          'swap-up' as const,
          'dip' as const,
          'spike' as const,
        ),
        size,
        times,
        load,
      }),
    },
  ),
  { minLength: 1, maxLength: 25 },
);

/** Plays the happenings from a register value, and keeps the ledger of truth. */
export function playHistory(start: number, from: number, intervalMs: number, story: readonly Happening[]): History {
  const readings = [{ ts: from, value: start / 100 }];
  const steps: { at: number; kind: string; before: number; after: number }[] = [];
  let ts = from;
  let value = start;
  let rollovers = 0;
  let explained = 0;

  const grown = (ms: number, percent: number): number => Math.floor((RATED_PER_MS * ms * percent) / 100);
  const read = (shown: number): void => void readings.push({ ts, value: shown / 100 });
  const grow = (ms: number, percent: number): void => {
    // Nobody can tell a wrap from a new meter when the register stood below nine tenths: L0 calls it a reset.
    const wraps = value + grown(ms, percent) >= MODULUS;
    const amount = wraps && value <= 0.9 * MODULUS ? 0 : grown(ms, percent);
    ts += ms;
    const before = value;
    value += amount;
    explained += amount;
    if (value >= MODULUS) {
      value -= MODULUS;
      rollovers += 1;
      steps.push({ at: ts, kind: 'rollover', before: before / 100, after: value / 100 });
    }
    read(value);
  };
  // A fault that follows another within the reach can be read in two ways; one ledger needs one truth.
  const calm = (): void => grow(bookingReachMs(intervalMs) + intervalMs, 5);
  const leap = (kind: string, to: number): void => {
    ts += intervalMs;
    steps.push({ at: ts, kind, before: value / 100, after: to / 100 });
    value = to;
    read(value);
  };
  const astray = (shown: number, happening: { times: number; load: number }): void => {
    for (let i = 0; i < happening.times; i += 1) {
      ts += intervalMs;
      read(shown);
    }
    value += grown((happening.times + 1) * intervalMs, happening.load);
    explained += grown((happening.times + 1) * intervalMs, happening.load);
    ts += intervalMs;
    read(value);
  };
  const fault = (happening: Fault): void => {
    calm();
    // Far from both ends of the register, where a drop is no rollover and a leap stays below the modulus.
    const low = value > MODULUS * 0.1 && value < MODULUS * 0.5;
    if (low && happening.kind === 'reset') leap('reset', Math.floor(value * 0.000_19 * happening.size));
    if (low && happening.kind === 'swap-down') leap('back-step', Math.floor(value * (0.1 + 0.005 * happening.size)));
    if (low && happening.kind === 'swap-up') leap('jump', value + grown(8 * 3_600_000, 100) + 1_000 * happening.size);
    if (low && happening.kind === 'dip') astray(Math.floor(value * 0.005 * happening.size), happening);
    if (low && happening.kind === 'spike')
      astray(value + grown(8 * 3_600_000, 100) + 1_000 * happening.size, happening);
    calm();
  };
  for (const happening of story) {
    if (happening.kind === 'grow') for (let i = 0; i < happening.times; i += 1) grow(intervalMs, happening.load);
    else if (happening.kind === 'gap') grow(happening.times * intervalMs, happening.load);
    else if (happening.kind === 'jitter') {
      ts += intervalMs;
      read(Math.max(0, value - happening.steps));
    } else fault(happening);
  }
  return { readings, truth: { first: start / 100, last: value / 100, rollovers, explained: explained / 100, steps } };
}
