/** SIGKILL at random moments: what an append resolved is there exactly once. HOUQIN_KILLS sets how many. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { openReadingStore } from '../../src/store/open-reading-store.ts';
import { allPoints } from './same-answers.ts';

const KILLS = Number(process.env['HOUQIN_KILLS'] ?? 20);
const FOREVER = { from: 0, to: Date.UTC(2100, 0, 1) };

describe('a store whose process is killed', () => {
  const dir = mkdtempSync(join(tmpdir(), 'houqin-kill-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it(`has every acknowledged reading exactly once after ${KILLS} kills`, {
    timeout: 60_000 + KILLS * 3_000,
  }, async () => {
    const acked = new Set<number>();
    let next = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      for (const n of await runAndKill(next)) {
        acked.add(n);
        next = Math.max(next, n);
      }
      // Numbers of appends that were under way may or may not be stored: the next run starts beyond all of them.
      next += 200;
    }
    const file = new DatabaseSync(join(dir, 'readings.db'), { readOnly: true });
    expect(file.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    file.close();
    const store = await openReadingStore({ dir, hourPhaseMs: 0 });
    const seen = new Map<number, number>();
    for (const { device, metric, count } of await store.series()) {
      const days = await store.buckets({ device, metric, ...FOREVER, stepMs: 86_400_000 });
      expect(days.reduce((sum, day) => sum + day.count, 0)).toBe(count);
      for (const { value } of await allPoints(store, { device, metric, ...FOREVER }, 10_000)) {
        seen.set(value, (seen.get(value) ?? 0) + 1);
      }
    }
    expect([...acked].filter((n) => seen.get(n) !== 1)).toEqual([]);
    expect([...seen.values()].filter((times) => times !== 1)).toEqual([]);
    expect((await store.stats()).points).toBe(seen.size);
    expect(acked.size).toBeGreaterThan(KILLS * 20);
    await store.close();
  });

  async function runAndKill(first: number): Promise<number[]> {
    const child = spawn('node', [join(import.meta.dirname, 'kill-child.ts'), dir, String(first)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (text) => {
      said += String(text);
    });
    await once(child.stdout, 'data');
    setTimeout(() => child.kill('SIGKILL'), Math.random() * 300);
    await once(child, 'close');
    // A line cut off in the middle may end in half a number.
    return said.slice(0, said.lastIndexOf('\n')).split(/\s+/).filter(Boolean).map(Number);
  }
});
