import type { ConsumptionBucket } from '#contract/http/energy.ts';

const height = 20;
const step = 6;

/** The hours of the day as small bars beside their sum; a missing hour is a gap. Decoration: the chart below tells the values. */
export function Sparkline({ buckets }: { readonly buckets: readonly ConsumptionBucket[] }) {
  const top = Math.max(...buckets.map(({ value }) => value ?? 0));
  if (buckets.length < 2 || top <= 0) return null;
  return (
    <svg className="sparkline" viewBox={`0 0 ${24 * step} ${height}`} aria-hidden="true" preserveAspectRatio="none">
      {buckets.map(({ from, value }, index) =>
        value === null ? null : (
          <rect
            key={from}
            x={index * step}
            width={step - 2}
            y={height - Math.max(1, (value / top) * height)}
            height={Math.max(1, (value / top) * height)}
          />
        ),
      )}
    </svg>
  );
}
