import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const rooms = ['gateway', 'dashboard', 'device-sim'];

/** A tool that can no longer read the sources finds no violation in them. */
const minModules = 400;

/** How many of our own files were read, and one line per violation, each with the reason of its rule. */
export function readBoundaries(dir = root) {
  const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const config = join(root, '.config/dependency-cruiser.mjs');
  const folders = rooms.filter((room) => existsSync(join(dir, room)));
  const run = spawnSync(process.execPath, [cruiser, '--config', config, '--output-type', 'json', ...folders], {
    cwd: dir,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (run.error || !run.stdout.startsWith('{'))
    throw new Error(`dependency-cruiser did not run: ${run.error ?? run.stderr}`);
  const { modules, summary } = JSON.parse(run.stdout);
  const reasons = new Map(summary.ruleSetUsed.forbidden.map((rule) => [rule.name, rule.comment]));
  return {
    modules: modules.filter(({ source }) => /^(gateway|dashboard|device-sim)\/.*\.(ts|tsx|mjs)$/.test(source)).length,
    violations: summary.violations.map(({ rule, from, to }) => ({
      rule: rule.name,
      from,
      to,
      reason: reasons.get(rule.name),
    })),
  };
}

/** The lines to print; none means the boundaries hold. */
export function boundaryErrors({ modules, violations }, atLeast = minModules) {
  const lines = violations.map(({ rule, from, to, reason }) => `${from} → ${to}\n  ${rule}: ${reason}`);
  if (modules < atLeast) {
    lines.push(
      `only ${modules} files were read, at least ${atLeast} are expected: the tool no longer understands the sources`,
    );
  }
  return lines;
}
