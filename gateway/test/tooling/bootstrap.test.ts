import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readSummary } from '../../bin/bootstrap.mjs';
import { dashboardHash, dashboardIsStale } from '../../bin/dashboard-build.mjs';
import { alone, staleReason } from '../../bin/install.mjs';
import { itNeeds } from '../skip.ts';
import { plant, tempTree } from './temp-tree.ts';

const bin = path.join(import.meta.dirname, '../../bin');
const noProc = process.platform === 'linux' ? undefined : 'a grandparent is found through /proc, on Linux only';

describe('what is installed', () => {
  const dependencies = { yaml: '2.9.1' };
  const yaml = { version: '2.9.1', integrity: 'sha512-a' };
  const elsewhere = { version: '1.0.0', integrity: 'sha512-b', optional: true, os: ['plan9'] };
  const here = { ...elsewhere, os: [process.platform], cpu: process.arch };

  function tree(wanted: object, installed: object | undefined, manifest: object = { dependencies }): string {
    return tempTree({
      'package.json': JSON.stringify(manifest),
      'package-lock.json': JSON.stringify({ packages: { '': { dependencies }, ...wanted } }),
      ...(installed ? { 'node_modules/.package-lock.json': JSON.stringify({ packages: installed }) } : {}),
    });
  }

  it('is fresh when it is what the lockfile says', () => {
    expect(staleReason(tree({ 'node_modules/yaml': yaml }, { 'node_modules/yaml': yaml }))).toBeUndefined();
  });

  it('stays fresh when only a script of package.json changes', () => {
    const edited = { dependencies, scripts: { start: 'other' } };
    expect(staleReason(tree({ 'node_modules/yaml': yaml }, { 'node_modules/yaml': yaml }, edited))).toBeUndefined();
  });

  it.each([
    ['nothing was installed', { 'node_modules/yaml': yaml }, undefined, 'nothing is installed yet'],
    ['a package is missing', { 'node_modules/yaml': yaml }, {}, 'node_modules/yaml is missing'],
    [
      'a package is older',
      { 'node_modules/yaml': yaml },
      { 'node_modules/yaml': { ...yaml, version: '2.9.0' } },
      'node_modules/yaml is another version',
    ],
    ['the binary for this machine is missing', { 'node_modules/native': here }, {}, 'node_modules/native is missing'],
  ])('is stale when %s', (_, wanted, installed, reason) => {
    expect(staleReason(tree(wanted, installed))).toBe(reason);
  });

  it('lacks the binaries of other machines and is fresh all the same', () => {
    expect(staleReason(tree({ 'node_modules/native': elsewhere }, {}))).toBeUndefined();
  });

  it('is stale when package.json asks for something the lockfile does not have', () => {
    const manifest = { dependencies: { ...dependencies, left: '1.0.0' } };
    const installed = { 'node_modules/yaml': yaml };
    expect(staleReason(tree({ 'node_modules/yaml': yaml }, installed, manifest))).toContain('differ');
  });
});

it('two that install or build at once take turns', async () => {
  const dir = tempTree({});
  const steps: string[] = [];
  const work = (name: string) => async () => {
    steps.push(`${name} in`);
    await new Promise((resolve) => setTimeout(resolve, 30));
    steps.push(`${name} out`);
  };
  await Promise.all([alone(work('a'), dir), alone(work('b'), dir)]);
  expect(steps).toEqual(['a in', 'a out', 'b in', 'b out']);
});

it('a lock left behind by a dead process is taken over', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  const dir = tempTree({ 'bootstrap.lock': String(child.pid) });
  expect(await alone(() => 'done', dir)).toBe('done');
});

describe('the dashboard', () => {
  const files = { 'dashboard/src/app.css': 'a {}', 'gateway/contract/wire.ts': '1', 'package-lock.json': '{}' };
  const built = (dir: string) => plant(dir, 'dashboard/dist/.stamp', dashboardHash(dir));

  it('is stale until it is built, and then fresh', () => {
    const dir = tempTree(files);
    expect(dashboardIsStale(dir)).toBe(true);
    built(dir);
    expect(dashboardIsStale(dir)).toBe(false);
  });

  it.each([
    ['dashboard/src/app.css', true],
    ['dashboard/src/new.css', true],
    ['gateway/contract/wire.ts', true],
    ['package-lock.json', true],
    ['dashboard/src/app.test.ts', false],
    ['dashboard/e2e/app.e2e.ts', false],
    ['dashboard/dist/index.html', false],
    ['gateway/src/main.ts', false],
  ])('after an edit of %s, stale: %s', (file, stale) => {
    const dir = tempTree(files);
    built(dir);
    plant(dir, file, 'edited');
    expect(dashboardIsStale(dir)).toBe(stale);
  });
});

describe('the closing line', () => {
  const report = { passed: 3, failed: 0, skipped: 'nothing' };
  const read = (content: string, runner: number, build: number) =>
    readSummary(path.join(tempTree({ 's.json': content }), 's.json'), runner, build);

  it('is what the reporter counted', () => {
    expect(read(JSON.stringify(report), 0, 0)).toEqual(report);
  });

  it.each([
    ['the runner ended without a report', '', 1, 0, 0],
    ['the runner ended with zero and no report', '', 0, 0, 0],
    ['the runner failed with no failed test', JSON.stringify(report), 1, 0, 3],
    ['the dashboard does not build', JSON.stringify(report), 0, 1, 3],
  ])('counts a failure when %s', (_, content, runner, build, passed) => {
    expect(read(content, runner, build)).toMatchObject({ passed, failed: 1 });
  });
});

/** A process that runs `child` the way `npm start` runs the gateway, and what both of them said. */
async function family(child: string, { underNpm = true, shell = false } = {}) {
  const dir = tempTree({
    'child.mjs': child,
    'parent.mjs': `
      import { runChild } from ${JSON.stringify(path.join(bin, 'child.mjs'))};
      const follow = ${JSON.stringify(path.join(bin, 'follow-parent.mjs'))};
      process.exitCode = await runChild(process.execPath, ['--import', follow, import.meta.dirname + '/child.mjs'], { pollMs: 50, patienceMs: 100 });
    `,
  });
  const env = { ...process.env };
  delete env['npm_lifecycle_event'];
  if (underNpm) env['npm_lifecycle_event'] = 'start';
  const file = path.join(dir, 'parent.mjs');
  const parent = shell
    ? spawn(process.execPath, ['-e', starterOf(file)], { env })
    : spawn(process.execPath, [file], { env });
  onTestFinished(() => {
    parent.kill('SIGKILL');
  });
  const said = listen(parent);
  await said.until(/ready (\d+)/);
  return { parent, said, childPid: Number(/ready (\d+)/.exec(said.text())?.[1]) };
}

/** Stands in for npm. The trailing command keeps every shell from replacing itself by node. */
function starterOf(file: string): string {
  const line = `"${process.execPath}" "${file}"; exit $?`;
  return `require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(line)}], { stdio: 'inherit' }).on('exit', (code) => process.exit(code));`;
}

function listen(process: ChildProcess) {
  let text = '';
  const changed = new EventTarget();
  for (const stream of [process.stdout, process.stderr]) {
    stream?.on('data', (chunk) => {
      text += String(chunk);
      changed.dispatchEvent(new Event('data'));
    });
  }
  return {
    text: () => text,
    until: async (pattern: RegExp) => {
      while (!pattern.test(text)) await once(changed, 'data');
    },
  };
}

const graceful = `
  let times = 0;
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => {
    times += 1;
    setTimeout(() => { console.log(name, times); process.exit(7); }, 100);
  });
  setInterval(() => {}, 1000);
  console.log('ready', process.pid);
`;

async function codeOf(parent: ChildProcess): Promise<unknown> {
  if (parent.exitCode !== null) return parent.exitCode;
  const [code] = await once(parent, 'exit');
  return code;
}

describe('the child', () => {
  beforeEach((test) => {
    if (process.platform === 'win32') test.skip('Windows has no signals to pass on');
  });

  it('gives its exit code', async () => {
    const { parent } = await family(`console.log('ready', process.pid); process.exitCode = 5;`);
    expect(await codeOf(parent)).toBe(5);
  });

  it('that dies by a signal gives 128 and its number', async () => {
    const { parent } = await family(`console.log('ready', process.pid); process.kill(process.pid, 'SIGKILL');`);
    expect(await codeOf(parent)).toBe(137);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('gets %s once and ends as it likes', async (signal) => {
    const { parent, said } = await family(graceful);
    parent.kill(signal);
    parent.kill(signal);
    expect(await codeOf(parent)).toBe(7);
    expect(said.text()).toContain(`${signal} 1`);
  });

  it('that does not want to end is ended by a signal that comes later', async () => {
    const { parent } = await family(
      `process.on('SIGTERM', () => console.log('no')); ${graceful.replace('SIGTERM', 'SIGUSR2')}`,
    );
    parent.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 250));
    parent.kill('SIGTERM');
    expect(await codeOf(parent)).toBe(137);
  });

  it('ends gracefully when its parent is killed outright', async () => {
    const { parent, said } = await family(graceful);
    parent.kill('SIGKILL');
    await said.until(/SIGTERM 1/);
  });

  itNeeds(noProc, 'does not outlive a killed npm behind its shell', async () => {
    const { parent, said } = await family(graceful, { shell: true });
    parent.kill('SIGKILL');
    await said.until(/SIGTERM 1/);
  });

  itNeeds(noProc, 'outlives whoever started it when that was not npm', async () => {
    const { parent, said, childPid } = await family(graceful, { shell: true, underNpm: false });
    parent.kill('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(said.text()).not.toContain('SIGTERM');
    process.kill(childPid, 'SIGTERM');
    await said.until(/SIGTERM 1/);
  });
});
