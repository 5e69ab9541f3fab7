import type { RuleConfig } from '#contract/config/rules.ts';

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

function writtenDuration(ms: number): string {
  const [unit, size] = units.find(([, one]) => ms > 0 && ms % one === 0) ?? (['s', 1_000] as const);
  return `${Math.round(ms / size)}${unit}`;
}

const durations = new Set(['for', 'clearDelay', 'after']);

/** A rule as it is read, back in the form in which it is written (`20s` for 20,000 ms), and switched on. */
export function writtenRule(rule: RuleConfig): Readonly<Record<string, unknown>> {
  const written = Object.entries(rule).map(([key, value]: [string, unknown]) =>
    durations.has(key) && typeof value === 'number' ? [key, writtenDuration(value)] : [key, value],
  );
  return { ...Object.fromEntries(written), enabled: true };
}
