import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone, ensureInstalled } from '../gateway/bin/install.mjs';
import { childEnv, findNode24, needsNode24 } from '../gateway/bin/node24.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const projects = ['gateway/contract', 'gateway', 'device-sim', 'dashboard', 'dashboard/e2e', '.config'];

const modules = (path) => join(root, 'node_modules', path);

function steps() {
  const types = projects
    .filter((project) => existsSync(join(root, project, 'tsconfig.json')))
    .map((project) => ({ name: `types: ${project}`, args: [modules('typescript/bin/tsc'), '-p', project] }));
  return [
    {
      name: 'lint and format (npm run format mends most of it)',
      args: [modules('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'],
    },
    { name: 'function length', args: [join(root, '.config/function-lines.mjs')] },
    ...types,
    { name: 'boundaries', args: [join(root, '.config/boundaries-check.mjs')] },
    { name: 'dead code', args: [modules('knip/bin/knip.js'), '--config', '.config/knip.json'] },
  ];
}

/** Without arguments all steps; `npm run check -- types boundaries` only those whose name begins so. */
function run(node, wanted) {
  const chosen = steps().filter(({ name }) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)));
  if (chosen.length === 0) {
    console.error(`no step begins with ${wanted.join(' or ')}: lint, function, types, boundaries, dead`);
    return 2;
  }
  for (const { name, args } of chosen) {
    console.log(`── ${name}`);
    const { status } = spawnSync(node, args, { cwd: root, env: childEnv(), stdio: 'inherit' });
    if (status !== 0) {
      console.error(`── failed: ${name}`);
      return status ?? 1;
    }
  }
  console.log(`── passed: ${wanted.length === 0 ? 'all checks' : wanted.join(', ')}`);
  return 0;
}

async function main() {
  if (!(await alone(ensureInstalled))) return 1;
  const node = findNode24();
  if (node) return run(node, process.argv.slice(2));
  console.error(needsNode24);
  return 1;
}

process.exitCode = await main();
