import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openReadingStore } from '../../src/store/open-reading-store.ts';
import { modelStore } from './model-store.ts';
import { readingStoreSuite } from './reading-store.suite.ts';

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

readingStoreSuite('the model', async () => ({ durable: false, open: async () => modelStore({ hourPhaseMs: 0 }) }));

readingStoreSuite('SQLite', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'houqin-store-'));
  dirs.push(dir);
  return { durable: true, open: () => openReadingStore({ dir, hourPhaseMs: 0 }) };
});
