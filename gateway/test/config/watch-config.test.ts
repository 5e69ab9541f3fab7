import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConfigResult } from '../../src/config/parse-config.ts';
import { watchConfig } from '../../src/config/watch-config.ts';
import { configFolder, SMALL } from './small-campus.ts';

/** Results as they come; `next` waits for one. */
function inbox() {
  const results: ConfigResult[] = [];
  let wake: (() => void) | undefined;
  return {
    results,
    put: (result: ConfigResult) => {
      results.push(result);
      wake?.();
    },
    next: async (count: number) => {
      while (results.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return results[count - 1];
    },
  };
}

const fail = (error: unknown): never => {
  throw error;
};

describe('hot reload', () => {
  it('reports a change that an editor makes by renaming', async () => {
    await using folder = await configFolder();
    const { put, next, results } = inbox();
    const watching = await watchConfig({
      dir: folder.dir,
      onChange: put,
      onError: fail,
      debounceMs: 20,
      pollMs: 60_000,
    });
    try {
      const swap = join(folder.dir, '.rules.yaml.swp');
      await writeFile(swap, SMALL.rules.replace('aboveW: 300', 'aboveW: 700'));
      await rename(swap, join(folder.dir, 'rules.yaml'));
      const result = await next(1);
      expect(result?.ok && result.config.rules.rules[0]).toMatchObject({ aboveW: 700 });

      await folder.put('rules.yaml', 'rules: [\n');
      expect(await next(2)).toMatchObject({ ok: false, problems: [{ file: 'rules.yaml' }] });
      expect(results).toHaveLength(2);
    } finally {
      watching.close();
    }
  });

  it('says nothing while the texts are the same, and sees by itself what no event tells', async () => {
    await using folder = await configFolder();
    const { put, results } = inbox();
    const watching = await watchConfig({
      dir: folder.dir,
      onChange: put,
      onError: fail,
      debounceMs: 60_000,
      pollMs: 60_000,
    });
    try {
      await folder.put('rules.yaml', SMALL.rules);
      await watching.check();
      expect(results).toHaveLength(0);
      await folder.put('gateway.yaml', 'demo: true\n');
      await watching.check();
      expect(results).toMatchObject([{ ok: true, config: { gateway: { demo: true } } }]);
    } finally {
      watching.close();
    }
    await folder.put('gateway.yaml', 'demo: false\n');
    await watching.check();
    expect(results).toHaveLength(1);
  });

  it('goes on after a listener that fails', async () => {
    await using folder = await configFolder();
    const errors: unknown[] = [];
    let calls = 0;
    const watching = await watchConfig({
      dir: folder.dir,
      onChange: () => {
        calls += 1;
        if (calls === 1) throw new Error('no');
      },
      onError: (error) => errors.push(error),
      debounceMs: 60_000,
      pollMs: 60_000,
    });
    try {
      await folder.put('gateway.yaml', 'demo: true\n');
      await watching.check();
      await folder.put('gateway.yaml', 'demo: false # again\n');
      await watching.check();
      expect([calls, errors.length]).toEqual([2, 1]);
    } finally {
      watching.close();
    }
  });
});
