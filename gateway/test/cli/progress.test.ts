import { describe, expect, it } from 'vitest';
import { createProgress } from '../../src/cli/progress.ts';
import { textTable } from '../../src/cli/text-table.ts';
import { manualClock } from '../../src/shared/clock.ts';

const START = Date.parse('2026-03-02T08:00:00Z');
const WHAT = { zh: '导入', en: 'importing' };

describe('progress', () => {
  it('is silent for two seconds, then says how much, how fast and how long still', () => {
    const clock = manualClock(START);
    const said: string[] = [];
    const progress = createProgress({ clock, err: (line) => void said.push(line), rewrite: undefined }, WHAT);
    for (const [ms, count, share] of [
      [1_999, 5_000, 0.1],
      [4_000, 10_000, 0.2],
      [5_000, 12_500, 0.25],
      [9_000, 22_500, undefined],
    ] as const) {
      clock.set(START + ms);
      progress.at(count, share);
    }
    expect(said).toEqual([
      '导入 / importing: 10000 20 % · 2500/s · 还需 / ETA 16 s',
      '导入 / importing: 22500 · 2500/s',
    ]);
  });
});

describe('tables', () => {
  it('stand in columns with Chinese in them, too', () => {
    expect(
      textTable(
        [
          ['设备', 'n'],
          ['a', '10'],
        ],
        [1],
      ),
    ).toEqual(['设备   n', 'a     10']);
  });
});
