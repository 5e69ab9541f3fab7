/** Compares the answers of a damaged store with those of the model: each is the same, or is not given. */
import type { Bucket, HourBook, ReadingStore, SeriesRange } from '../../src/store/reading-store.ts';
import { allPoints } from './same-answers.ts';

export interface Compared {
  /** Answers that the model does not give: wrong or invented. */
  readonly wrong: string[];
  /** Answers of the model that are missing. */
  missing: number;
}

const near = (a: number | null, b: number | null): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

export async function compare(
  store: ReadingStore,
  model: ReadingStore,
  range: SeriesRange,
  steps: readonly number[],
): Promise<Compared> {
  const result: Compared = { wrong: [], missing: 0 };
  const name = `${range.device} ${range.metric}`;
  const check = <T>(
    what: string,
    got: readonly T[],
    want: readonly T[],
    key: (row: T) => string,
    same: (a: T, b: T) => boolean,
  ): void => {
    const expected = new Map(want.map((row) => [key(row), row]));
    for (const row of got) {
      const right = expected.get(key(row));
      if (right === undefined || !same(row, right)) {
        result.wrong.push(`${name} ${what}: ${JSON.stringify(row)}, not ${JSON.stringify(right)}`);
      }
      expected.delete(key(row));
    }
    result.missing += expected.size;
  };
  check(
    'points',
    await allPoints(store, range, 7_000),
    await allPoints(model, range, 1e9),
    ({ ts, value }) => `${ts} ${value}`,
    (a, b) => a.flags === b.flags,
  );
  for (const stepMs of steps) {
    const [got, want] = [await store.buckets({ ...range, stepMs }), await model.buckets({ ...range, stepMs })];
    check(`buckets of ${stepMs}`, got, want, ({ from }) => String(from), sameBucket);
  }
  const [got, want] = [await store.hours(range), await model.hours(range)];
  const known = ({ missingS }: HourBook): boolean => missingS < 3_600;
  check('hours', got.hours.filter(known), want.hours.filter(known), ({ from }) => String(from), sameHour);
  check(
    'steps',
    got.steps,
    want.steps,
    ({ at }) => String(at),
    (a, b) => a.kind === b.kind && a.before === b.before && a.after === b.after,
  );
  return result;
}

const sameBucket = (a: Bucket, b: Bucket): boolean =>
  a.count === b.count &&
  a.first === b.first &&
  a.last === b.last &&
  a.min === b.min &&
  a.max === b.max &&
  a.flags === b.flags &&
  near(a.sum, b.sum);

/** The same, or less of it and said so: more seconds of the hour are missing. */
const sameHour = (a: HourBook, b: HourBook): boolean => isSame(a, b) || isPart(a, b);

const isPart = (a: HourBook, b: HourBook): boolean =>
  a.missingS > b.missingS && (a.increase ?? 0) <= (b.increase ?? 0) + 1e-9;

const isSame = (a: HourBook, b: HourBook): boolean =>
  a.flags === b.flags &&
  a.estimatedS === b.estimatedS &&
  a.missingS === b.missingS &&
  near(a.increase, b.increase) &&
  near(a.startRegister, b.startRegister) &&
  near(a.endRegister, b.endRegister);
