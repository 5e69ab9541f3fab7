import { describe, expect, it } from 'vitest';
import { createSecondsClock } from './seconds-clock.ts';

describe('the clock of a page', () => {
  it('is looked at once a second for all who listen, and not at all for nobody', () => {
    let now = 1_000;
    let run: (() => void) | undefined;
    const clock = createSecondsClock(
      () => now,
      (look) => {
        run = look;
        return () => {
          run = undefined;
        };
      },
    );
    const seen: number[] = [];
    const ends = [1, 2, 3].map(() => clock.subscribe(() => seen.push(clock.now())));
    now = 2_400;
    expect(clock.now()).toBe(1_000);
    run?.();
    expect(seen).toEqual([2_400, 2_400, 2_400]);
    for (const end of ends) end();
    expect(run).toBeUndefined();
  });

  it('is the only one that lengths are told by', () => {
    const files = import.meta.glob<string>('../**/*.{ts,tsx}', { eager: true, import: 'default', query: '?raw' });
    const others = Object.entries(files).filter(([file]) => !/test\.ts$|ui\/live-age\.tsx$/.test(file));
    expect(others.length).toBeGreaterThan(100);
    const wrong = others
      .filter(([, text]) => /duration\([^()]*(\([^()]*\)[^()]*)*\bnow\b/.test(text))
      .map(([file]) => file);
    expect(wrong).toEqual([]);
  });
});
