import type { ConsumptionBucket, ConsumptionResponse } from '#contract/http/energy.ts';

const plus = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : a + b);

/** Worst first: a sum is as good as its worst part. */
const qualityRank = ['missing', 'estimated', 'manual', 'measured'] as const;
const worse = (a: ConsumptionBucket, b: ConsumptionBucket): ConsumptionBucket['quality'] =>
  qualityRank.indexOf(a.quality) < qualityRank.indexOf(b.quality) ? a.quality : b.quality;

function addBuckets(a: readonly ConsumptionBucket[], b: readonly ConsumptionBucket[]): ConsumptionBucket[] {
  const others = new Map(b.map((bucket) => [bucket.from, bucket]));
  return a.map((bucket) => {
    const other = others.get(bucket.from);
    if (!other) return bucket;
    return {
      ...bucket,
      value: plus(bucket.value, other.value),
      quality: worse(bucket, other),
      completeness: Math.min(bucket.completeness ?? 1, other.completeness ?? 1),
      flags: [...new Set([...bucket.flags, ...other.flags])],
    };
  });
}

const isUnpriced = ({ total, yuan }: ConsumptionResponse): boolean => total !== null && yuan === null;

/** Meters of both, and how many of them have a price; a part without meters says nothing about prices. */
function metersOf(a: ConsumptionResponse, b: ConsumptionResponse): Pick<ConsumptionResponse, 'meters' | 'priced'> {
  const metered = [a, b].filter(({ meters }) => meters !== 0);
  const [first = a, second = first] = metered;
  const priced = first.priced === second.priced ? first.priced : 'some';
  return { meters: (a.meters ?? 0) + (b.meters ?? 0), ...(priced === undefined ? {} : { priced }) };
}

function add(a: ConsumptionResponse, b: ConsumptionResponse): ConsumptionResponse {
  return {
    ...a,
    total: plus(a.total, b.total),
    // What was used and has no price must not pass for free.
    yuan: isUnpriced(a) || isUnpriced(b) ? null : plus(a.yuan, b.yuan),
    yuanIsExample: a.yuanIsExample === true || b.yuanIsExample === true,
    unmetered: plus(a.unmetered, b.unmetered),
    // Told of one place alone.
    unmatched: undefined,
    ...metersOf(a, b),
    steps: [...a.steps, ...b.steps],
    buckets: addBuckets(a.buckets, b.buckets),
  };
}

/** One campus of several roots: their consumption over the same range and steps, added. Missing stays missing, never zero. */
export function addConsumption(parts: readonly ConsumptionResponse[]): ConsumptionResponse | undefined {
  const [first, ...rest] = parts;
  if (!first) return undefined;
  const completeness = parts.reduce((sum, part) => sum + part.completeness, 0) / parts.length;
  return { ...rest.reduce(add, first), completeness };
}
