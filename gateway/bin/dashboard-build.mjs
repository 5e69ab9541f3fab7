import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { runChild } from './child.mjs';
import { childEnv, root } from './node24.mjs';

const inputs = ['dashboard', 'gateway/contract', 'package-lock.json', 'tsconfig.json'];
const notInputs = new Set(['dashboard/dist', 'dashboard/e2e', 'dashboard/node_modules']);

function* filesUnder(dir, path) {
  const full = join(dir, path);
  if (!existsSync(full)) return;
  const entries = readdirSync(full, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const below = `${path}/${entry.name}`;
    if (notInputs.has(below) || entry.name.endsWith('.test.ts') || entry.name.endsWith('.test.tsx')) continue;
    if (entry.isDirectory()) yield* filesUnder(dir, below);
    else if (entry.isFile()) yield join(dir, below);
  }
}

/** Contents, not times: a fresh checkout has new times and old contents, an edited stylesheet the other way round. */
export function dashboardHash(dir = root) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    const full = join(dir, input);
    const files = input.includes('.') ? [full].filter(existsSync) : filesUnder(dir, input);
    for (const file of files) {
      const content = readFileSync(file);
      hash.update(`${relative(dir, file).split(sep).join('/')} ${content.length}\n`).update(content);
    }
  }
  return hash.digest('hex');
}

export function dashboardIsStale(dir = root) {
  const stamp = join(dir, 'dashboard/dist/.stamp');
  return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== dashboardHash(dir);
}

/** Built beside and then moved, so that a gateway which is serving the old pages never serves half of the new ones. */
export async function buildDashboard(node) {
  const hash = dashboardHash();
  const next = join(root, '.cache', `dashboard-${process.pid}`);
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const config = join(root, 'dashboard/vite.config.ts');
  console.error('正在构建界面…  Building the dashboard…');
  const code = await runChild(
    node,
    [vite, 'build', '--config', config, '--outDir', next, '--emptyOutDir', '--logLevel', 'warn'],
    {
      cwd: root,
      // Whatever is set outside: a test runner or a developer's shell would else get React's slow and large development form.
      env: { ...childEnv(), NODE_ENV: 'production' },
    },
  );
  if (code !== 0) {
    rmSync(next, { recursive: true, force: true });
    console.error('界面构建失败,原因见上。 The dashboard does not build: see the lines above.');
    return code;
  }
  mkdirSync(next, { recursive: true });
  writeFileSync(join(next, '.stamp'), hash);
  const dist = join(root, 'dashboard/dist');
  rmSync(dist, { recursive: true, force: true });
  renameSync(next, dist);
  return 0;
}
