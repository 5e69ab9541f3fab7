import { defineConfig } from 'vitest/config';
import { childEnv } from '../gateway/bin/node24.mjs';
import { ClosingLines } from './closing-lines.ts';

const root = `${import.meta.dirname}/..`;

// Hundreds of tests start a gateway, a command or a thread of its own.
Object.assign(process.env, childEnv());

export default defineConfig({
  root,
  test: {
    root,
    reporters: ['default', new ClosingLines(process.env['HOUQIN_TEST_SUMMARY'])],
    coverage: { include: ['gateway/**/*.ts', 'device-sim/**/*.ts'], exclude: ['**/test/**', 'gateway/bench/**'] },
    projects: [
      {
        test: {
          name: 'gateway',
          root,
          include: ['gateway/test/**/*.test.ts', 'device-sim/test/**/*.test.ts', 'dashboard/src/**/*.test.{ts,tsx}'],
          environment: 'node',
          testTimeout: 20_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
          // One more than cores: a third of the time a test waits, for a disk, a start or a promised second.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'e2e',
          root,
          include: ['dashboard/e2e/**/*.e2e.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 10_000 } },
          // Each starts a gateway and a browser: side by side on two cores they only slow each other into time-outs.
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
