import { it } from 'vitest';

/**
 * A test that needs something this machine may lack. `missing` is the reason in words, or undefined when nothing is missing;
 * the reason is printed at the end of `npm test`, so nothing is ever skipped in silence.
 */
export function itNeeds(
  missing: string | undefined,
  name: string,
  test: () => void | Promise<void>,
  timeoutMs?: number,
): void {
  const body = async (context: { skip: (note: string) => never }): Promise<void> => {
    if (missing !== undefined) context.skip(missing);
    await test();
  };
  if (timeoutMs === undefined) it(name, body);
  else it(name, body, timeoutMs);
}
