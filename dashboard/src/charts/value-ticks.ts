import type { Format } from '../lib/format.ts';

/** A value axis: round ticks at even distances, the first at its bottom, the last at its top. */
export interface ValueAxis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

const mostTicks = 5;
const roundSteps = [1, 2, 5, 10] as const;

/** The smallest step of 1, 2 or 5 times a power of ten that reaches from `low` to `high` in at most four. */
function axisOver(low: number, high: number): ValueAxis {
  const span = high - low;
  let power = 10 ** Math.floor(Math.log10(span / (mostTicks - 1)));
  for (;;) {
    for (const factor of roundSteps) {
      const step = factor * power;
      // A value that lies on a tick but for the last bits of a double must not ask for one more.
      const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
      if (last - first > mostTicks - 1) continue;
      const digits = Math.max(0, -Math.floor(Math.log10(step)));
      const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
        Number(((first + i) * step).toFixed(digits + 1)),
      );
      return { low: ticks[0] ?? low, high: ticks.at(-1) ?? high, ticks };
    }
    power *= 10;
  }
}

/** From nought, or below it: bars, power and flow compare only from nought. */
export function axisFromNought(values: readonly (number | null)[]): ValueAxis {
  const known = values.filter((value) => value !== null).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
  return low === high ? { low: 0, high: 1, ticks: [0, 1] } : axisOver(low, high);
}

/** Close around the values, for levels whose nought means nothing, such as temperature or voltage. */
export function axisAround(values: readonly (number | null)[]): ValueAxis {
  const known = values.filter((value) => value !== null).filter(Number.isFinite);
  if (known.length === 0) return { low: 0, high: 1, ticks: [0, 1] };
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const margin = Math.max((high - low) * 0.05, high === low ? Math.max(Math.abs(high) * 0.01, 0.5) : 0);
  return axisOver(low - margin, high + margin);
}

/** A state: no or yes, with room above and below. */
export const stateAxis: ValueAxis = { low: -0.08, high: 1.08, ticks: [0, 1] };

/** Larger units, from the size on at which the highest tick is told in them. */
const larger: Readonly<Record<string, { readonly from: number; readonly unit: string; readonly size: number }>> = {
  W: { from: 1_000, unit: 'kW', size: 1_000 },
  VA: { from: 1_000, unit: 'kVA', size: 1_000 },
};

export interface AxisWords {
  /** The one unit of the whole axis; '' for a bare number. */
  readonly unit: string;
  say(tick: number): string;
}

/** Labels of an axis: one unit, and as many decimals as tell its ticks apart. */
export function axisWords({ ticks }: ValueAxis, unit: string, format: Format): AxisWords {
  const top = Math.max(...ticks.map(Math.abs));
  const scale = larger[unit];
  const { size, unit: shown } = scale !== undefined && top >= scale.from ? scale : { size: 1, unit };
  const step = ((ticks[1] ?? 1) - (ticks[0] ?? 0)) / size;
  const digits = Math.min(9, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  return { unit: shown, say: (tick) => format.quantity(tick / size, shown, digits) };
}
