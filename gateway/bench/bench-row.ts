/** One figure of a benchmark. */
export interface BenchRow {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  /** What it should be; a figure without one is there to be looked at. */
  readonly reach?: number;
  /** Whether it is. */
  readonly ok?: boolean;
}
