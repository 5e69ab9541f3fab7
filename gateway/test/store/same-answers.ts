/** Two stores give the same answers: to the last bit where nothing is computed, to 1 in 10⁹ where sums are. */
import type { Bucket, HourBook, Point, ReadingStore, SeriesRange } from '../../src/store/reading-store.ts';

export interface Question extends SeriesRange {
  readonly ask: 'points' | 'buckets' | 'hours';
  readonly stepMs?: number | undefined;
  readonly originMs?: number | undefined;
}

/** @throws an error that names the question and the first difference */
export async function sameAnswer(store: ReadingStore, model: ReadingStore, question: Question): Promise<void> {
  const fail = (what: string): never => {
    throw new Error(`${JSON.stringify(question)}: ${what}`);
  };
  const { ask, stepMs = 3_600_000 } = question;
  if (ask === 'points') {
    sameRows(await allPoints(store, question, 7_000), await allPoints(model, question, 1e9), samePoint, fail);
  } else if (ask === 'buckets') {
    sameRows(
      await store.buckets({ ...question, stepMs }),
      await model.buckets({ ...question, stepMs }),
      sameBucket,
      fail,
    );
  } else {
    const [got, want] = [await store.hours(question), await model.hours(question)];
    sameRows(got.hours, want.hours, sameHour, fail);
    if (JSON.stringify(got.steps) !== JSON.stringify(want.steps)) {
      fail(`steps ${JSON.stringify(got.steps)}, expected ${JSON.stringify(want.steps)}`);
    }
  }
}

/** latest(), series() and the number of points, whatever the order of their rows. */
export async function sameLists(store: ReadingStore, model: ReadingStore): Promise<void> {
  const lists = async (from: ReadingStore) => {
    const keyed = <T extends { device: string; metric: string }>(rows: readonly T[]): string[] =>
      rows
        .map(({ device, metric, ...rest }) => `${device} ${metric} ${JSON.stringify(Object.entries(rest).sort())}`)
        .sort();
    return {
      latest: keyed(await from.latest()),
      series: keyed(await from.series()),
      points: (await from.stats()).points,
    };
  };
  const [got, want] = [await lists(store), await lists(model)];
  for (const key of ['latest', 'series'] as const) {
    want[key].forEach((row, i) => {
      if (got[key][i] !== row) throw new Error(`${key}: got ${got[key][i]}, expected ${row}`);
    });
    if (got[key].length !== want[key].length)
      throw new Error(`${key}: ${got[key].length} rows, not ${want[key].length}`);
  }
  if (got.points !== want.points) throw new Error(`${got.points} points, expected ${want.points}`);
}

export async function allPoints(store: ReadingStore, range: SeriesRange, limit: number): Promise<Point[]> {
  const points: Point[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.points({ ...range, limit, cursor });
    points.push(...page.points);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return points;
}

function sameRows<T>(
  got: readonly T[],
  want: readonly T[],
  same: (a: T, b: T) => boolean,
  fail: (what: string) => never,
): void {
  for (let i = 0; i < Math.max(got.length, want.length); i += 1) {
    const [a, b] = [got[i], want[i]];
    if (a === undefined || b === undefined || !same(a, b)) {
      fail(`row ${i} of ${want.length} is ${JSON.stringify(a)}, expected ${JSON.stringify(b)}`);
    }
  }
}

const samePoint = (a: Point, b: Point): boolean => a.ts === b.ts && a.value === b.value && a.flags === b.flags;

const sameBucket = (a: Bucket, b: Bucket): boolean =>
  a.from === b.from &&
  a.count === b.count &&
  a.first === b.first &&
  a.last === b.last &&
  a.min === b.min &&
  a.max === b.max &&
  a.flags === b.flags &&
  near(a.sum, b.sum);

const sameHour = (a: HourBook, b: HourBook): boolean =>
  a.from === b.from &&
  a.flags === b.flags &&
  a.estimatedS === b.estimatedS &&
  a.missingS === b.missingS &&
  near(a.increase, b.increase) &&
  near(a.startRegister, b.startRegister) &&
  near(a.endRegister, b.endRegister);

function near(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}
