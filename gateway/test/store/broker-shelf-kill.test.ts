/** SIGKILL at random moments: every change whose promise resolved is there, and nothing that was taken back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openBrokerShelf } from '../../src/store/open-broker-shelf.ts';
import { sorted } from './shelf-samples.ts';

const KILLS = Number(process.env['HOUQIN_KILLS'] ?? 8);

describe('a shelf whose process is killed', () => {
  const dir = mkdtempSync(join(tmpdir(), 'houqin-shelf-kill-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it(`has every acknowledged change after ${KILLS} kills`, { timeout: 60_000 + KILLS * 5_000 }, async () => {
    const begun = new Map<string, Set<number>>();
    const kept = new Map<string, number>();
    const messages = new Set<number>();
    const maybe = new Set<number>();
    const taken = new Set<number>();
    for (let kill = 0; kill < KILLS; kill += 1) {
      for (const [what = '', ...rest] of await runAndKill(kill * 1_000_000)) {
        const number = Number(rest.at(-1));
        const topic = rest[0] ?? '';
        if (what === 'put') begun.set(topic, (begun.get(topic) ?? new Set()).add(number));
        if (what === 'kept') kept.set(topic, Math.max(number, kept.get(topic) ?? 0));
        if (what === 'queued') messages.add(number);
        if (what === 'taking') maybe.add(number);
        if (what === 'taken') taken.add(number);
      }
      const shelf = await openBrokerShelf({ dir });
      const { damaged, ...contents } = await shelf.load();
      await shelf.close();
      expect(damaged).toBe(0);
      const found = sorted(contents);
      for (const [topic, number] of kept) {
        const newest = Number(found.retained[topic]?.payload.toString());
        expect(begun.get(topic)?.has(newest) && newest >= number).toBe(true);
      }
      const left = new Set((found.queued['s'] ?? []).map((entry) => entry.number));
      expect([...messages].filter((number) => !left.has(number) && !maybe.has(number))).toEqual([]);
      expect([...taken].filter((number) => left.has(number))).toEqual([]);
      expect(Object.keys(found.sessions)).toEqual(['s']);
    }
    expect(kept.size).toBe(5);
    expect(taken.size).toBeGreaterThan(KILLS * 4);
  });

  async function runAndKill(first: number): Promise<string[][]> {
    const child = spawn('node', [join(import.meta.dirname, 'shelf-kill-child.ts'), dir, String(first)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    let taken: (() => void) | undefined;
    const busy = new Promise<void>((resolve) => {
      taken = resolve;
    });
    child.stdout.on('data', (text) => {
      said += String(text);
      if (said.includes('taken')) taken?.();
    });
    await busy;
    // At any moment after the first changes, whatever is being written then.
    setTimeout(() => child.kill('SIGKILL'), Math.random() * 300);
    await once(child, 'close');
    return said
      .slice(0, said.lastIndexOf('\n'))
      .split('\n')
      .map((line) => line.split(' '));
  }
});
