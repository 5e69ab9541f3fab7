#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from './child.mjs';
import { alone, ensureInstalled } from './install.mjs';
import { compileCache, findNode24, needsNode24, root } from './node24.mjs';

async function underNode24(args) {
  const node = findNode24();
  if (!node) {
    console.error(needsNode24);
    return 1;
  }
  return runChild(node, [fileURLToPath(import.meta.url), ...args]);
}

async function main(args) {
  const installed = existsSync(join(root, 'node_modules', '.package-lock.json'));
  if (!installed && !(await alone(ensureInstalled))) return 1;
  if (Number.parseInt(process.versions.node, 10) < 24) return underNode24(args);
  // Threads do not inherit what is enabled here, but they read the environment.
  process.env.NODE_COMPILE_CACHE ??= compileCache;
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
  const { runCli } = await import('../src/cli/cli.ts');
  return runCli(args);
}

process.exitCode = await main(process.argv.slice(2));
