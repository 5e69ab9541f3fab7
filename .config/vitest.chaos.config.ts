import { defineConfig } from 'vitest/config';

/** Long forms: one file at a time, and as long as it takes unless a test sets a limit itself. */
export default defineConfig({
  root: `${import.meta.dirname}/..`,
  test: {
    include: ['gateway/test/**/*.test.ts', 'gateway/test/chaos/*.chaos.ts'],
    environment: 'node',
    testTimeout: 7_200_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});
