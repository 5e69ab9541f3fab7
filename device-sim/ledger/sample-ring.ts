/** The last samples of one series: enough to check a test or a morning, never more than a few kilobytes. */

const CAPACITY = 512;

export interface Window {
  readonly published: number;
  readonly lost: number;
  readonly first: number | null;
  readonly last: number | null;
  readonly complete: boolean;
}

export interface SampleRing {
  /** @param at the time the sample claims, epoch ms */
  add(at: number, value: number, published: boolean): void;
  between(from: number, to: number): Window;
}

interface Sample {
  readonly at: number;
  readonly value: number;
  readonly published: boolean;
}

export function createSampleRing(capacity = CAPACITY): SampleRing {
  const samples: Sample[] = [];
  let next = 0;
  /** The newest of what was forgotten. */
  let forgotten = Number.NEGATIVE_INFINITY;
  return {
    add: (at, value, published) => {
      const old = samples[next];
      if (old !== undefined) forgotten = Math.max(forgotten, old.at);
      samples[next] = { at, value, published };
      next = (next + 1) % capacity;
    },
    between: (from, to) => {
      const within = samples.filter((sample) => sample.at >= from && sample.at < to).toSorted((a, b) => a.at - b.at);
      const arrived = within.filter((sample) => sample.published);
      return {
        published: arrived.length,
        lost: within.length - arrived.length,
        first: arrived[0]?.value ?? null,
        last: arrived.at(-1)?.value ?? null,
        complete: forgotten < from,
      };
    },
  };
}
