/** `from ≤ t < to`, bounded: an endless range is a mistake that would cost everybody. */
import { type Failure, fail } from './reply.ts';

const DAY_MS = 86_400_000;

/** @returns the problem, or undefined when the range is fine. */
export function rangeProblem(from: number, to: number, maxDays: number): Failure | undefined {
  if (from >= to)
    return fail(400, 'bad-range', '开始时间必须早于结束时间。', '`from` must be before `to`.', {
      errors: [{ path: 'query.from', message: 'not before `to`' }],
    });
  if (to - from > maxDays * DAY_MS) {
    return fail(
      400,
      'range-too-long',
      `时间范围最长 ${maxDays} 天。`,
      `The range may be at most ${maxDays} days long.`,
      {
        errors: [{ path: 'query.to', message: `more than ${maxDays} days after \`from\`` }],
      },
    );
  }
  return undefined;
}
