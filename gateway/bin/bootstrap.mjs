#!/usr/bin/env node
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runChild } from './child.mjs';
import { buildDashboard, dashboardIsStale } from './dashboard-build.mjs';
import { alone, ensureInstalled, staleReason } from './install.mjs';
import { childEnv, findNode24, needsNode24, root } from './node24.mjs';

const followParent = pathToFileURL(join(root, 'gateway/bin/follow-parent.mjs')).href;

function run(node, args, env = process.env) {
  return runChild(node, ['--import', followParent, ...args], { cwd: root, env: childEnv(env) });
}

async function start(node, args) {
  const built = await alone(() => (dashboardIsStale() ? buildDashboard(node) : 0));
  if (built !== 0) return built;
  return run(node, [join(root, 'gateway/src/main.ts'), 'serve', ...args]);
}

/** What the reporter counted; a runner that died before it could report is one failure, not a green zero. */
export function readSummary(file, runnerCode, builtCode) {
  let summary;
  try {
    summary = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    summary = { passed: 0, failed: 1, skipped: 'unknown, the test runner ended before it could report' };
  }
  const buildFailed = builtCode === 0 ? 0 : 1;
  const crashed = summary.crashed ?? [];
  const silentFailure = runnerCode !== 0 && summary.failed === 0 && crashed.length === 0 ? 1 : 0;
  return { ...summary, failed: summary.failed + buildFailed + silentFailure };
}

async function test(node, args) {
  const built = await alone(() => (dashboardIsStale() ? buildDashboard(node) : 0));
  const interrupted = built > 128;
  if (interrupted) return built;
  const dir = mkdtempSync(join(tmpdir(), 'houqin-test-'));
  const file = join(dir, 'summary.json');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const config = join(root, '.config/vitest.config.ts');
  const env = { ...process.env, HOUQIN_TEST_SUMMARY: file };
  const first = await run(node, [vitest, 'run', '--config', config, ...args], env);
  let { passed, failed, skipped, crashed = [] } = readSummary(file, first, built);
  let code = first;
  // The runtime itself died (a fault in native code, seen about once in two runs of all tests): those files run once more, and it is said.
  if (crashed.length > 0 && crashed.length <= MAX_CRASHED) {
    rmSync(file, { force: true });
    console.log(`the runtime died while it ran ${crashed.join(', ')}: once more`);
    code = await run(node, [vitest, 'run', '--config', config, ...crashed], env);
    const again = readSummary(file, code, 0);
    passed += again.passed;
    failed += again.failed + (again.crashed ?? []).length;
    skipped = `${skipped}; run twice because the runtime died: ${crashed.length}`;
  } else failed += crashed.length;
  rmSync(dir, { recursive: true, force: true });
  console.log(`skipped: ${skipped}\n${passed} passed, ${failed} failed`);
  return code === 0 && failed > 0 ? 1 : code;
}

/** Test files that may run once more. */
const MAX_CRASHED = 2;

const commands = { start, test };

async function main([name, ...rest]) {
  const command = commands[name];
  if (!command) {
    console.error('usage: bootstrap.mjs start|test [-- arguments]');
    return 2;
  }
  if (staleReason() && !(await alone(ensureInstalled))) return 1;
  const node = findNode24();
  if (!node) {
    console.error(needsNode24);
    return 1;
  }
  return command(node, rest[0] === '--' ? rest.slice(1) : rest);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
