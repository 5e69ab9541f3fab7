import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';

const root = new URL('../../../', import.meta.url);

const entry = z.object({
  version: z.string().optional(),
  integrity: z.string().optional(),
  resolved: z.string().optional(),
  optional: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const lock = z
  .object({ packages: z.record(z.string(), entry) })
  .parse(JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8')));
const versions = z.record(z.string(), z.string()).optional();
const manifest = z
  .object({ dependencies: versions, devDependencies: versions, optionalDependencies: versions })
  .parse(JSON.parse(readFileSync(new URL('package.json', root), 'utf8')));

const packages = Object.entries(lock.packages).filter(([path]) => path !== '');

/** Where npm would find `name` for the package at `path`: beside it or in any folder above. */
function lookUp(path: string, name: string): string | undefined {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const place = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (lock.packages[place]) return place;
    if (at === '') return undefined;
  }
}

// A release can be published before all its per-platform packages are. Such a lockfile installs once and never again.
it('every package of the lockfile, those for other platforms too, has a version and an integrity', () => {
  const incomplete = packages.filter(([, { version, integrity }]) => !version || !integrity).map(([path]) => path);
  expect(packages.length).toBeGreaterThan(300);
  expect(incomplete).toEqual([]);
});

it('every optional dependency that a package names is in the lockfile', () => {
  const missing = packages.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => lookUp(path, name) === undefined)
      .map((name) => `${path} → ${name}`),
  );
  expect(missing).toEqual([]);
});

it('the project brings its own Node 24 for five platforms', () => {
  const names = Object.entries(manifest.optionalDependencies ?? {}).filter(([name]) => name.startsWith('node-'));
  expect(names).toHaveLength(5);
  for (const [name, version] of names) {
    expect(version).toMatch(/^24\./);
    expect(lock.packages[`node_modules/${name}`]?.version).toBe(version);
  }
});

it('no package runs a script at install, except the file watcher of another platform', () => {
  const scripted = packages.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
  expect(scripted.filter((path) => !path.endsWith('node_modules/fsevents'))).toEqual([]);
});

it('every version is exact and no download address is written down', () => {
  const ranges = [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies]
    .flatMap((deps) => Object.entries(deps ?? {}))
    .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[a-z]+\.\d+)?$/.test(version));
  expect(ranges).toEqual([]);
  expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});
