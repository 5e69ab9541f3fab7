import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { freshDashboard } from './open-page.ts';

const dist = path.join(import.meta.dirname, '../dist');
const budget = 120_000;

/** Everything `wall.html` needs before it shows anything: what the page names, and what those import, but not what is loaded later. */
function needed(page: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const html = readFileSync(path.join(dist, page), 'utf8');
  const waiting = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, file]) => file ?? '');
  for (const file of waiting) {
    if (files.has(file)) continue;
    const content = readFileSync(path.join(dist, file));
    files.set(file, content);
    if (!file.endsWith('.js')) continue;
    for (const [, name] of content.toString().matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
      waiting.push(`assets/${name}`);
  }
  return files;
}

beforeAll(freshDashboard);

it('the wall fits into 120 kB, with React and the socket', () => {
  const sizes = [...needed('wall.html')].map(
    ([file, content]) => [file, gzipSync(content, { level: 9 }).length] as const,
  );
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  console.log(`wall.html: ${total} bytes gzip in ${sizes.length} files`);
  expect(sizes.some(([file]) => file.endsWith('.js'))).toBe(true);
  expect(total).toBeGreaterThan(60_000);
  expect(total, JSON.stringify(sizes)).toBeLessThan(budget);
});

const modules = path.join(import.meta.dirname, '../../node_modules');

/** What betrays a package in a bundle, and a file of it in which the trace must be found: a trace that finds nothing proves nothing. */
const strangers = [
  ['recharts', /recharts-/, 'recharts/es6/container/Surface.js'],
  ['zod', /invalid_type/, 'zod/v4/core/schemas.js'],
  ['web font', /Noto Sans SC Variable['"]?;\s*font-style/, '@fontsource-variable/noto-sans-sc/index.css'],
] as const;

it.each(strangers)('the wall carries no %s', (_name, trace, source) => {
  expect(readFileSync(path.join(modules, source), 'utf8')).toMatch(trace);
  for (const [file, content] of needed('wall.html')) expect(content.toString(), file).not.toMatch(trace);
});
