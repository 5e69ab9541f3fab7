import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataLock } from '../../src/store/data-lock.ts';
import { type Bench, createBench } from './run-houqin.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.remove());

const COMMANDS = [
  ...['serve', 'demo', 'config check', 'profile test', 'profile new', 'import', 'replay', 'simulate', 'backtest'],
  ...['user', 'token', 'calendar import', 'audit verify', 'doctor'],
];

describe('the command line', () => {
  it('lists every command and no other', async () => {
    const { code, out } = await bench.houqin('--help');
    expect(code).toBe(0);
    const listed = out
      .filter((line) => /^ {2}[a-z]/.test(line) && !line.startsWith('  houqin'))
      .map((line) => line.trim().split(/ {2,}/)[0]);
    expect(listed.sort()).toEqual([...COMMANDS].sort());
  });

  it.each(COMMANDS)('%s --help has usage and examples', async (name) => {
    const { code, out } = await bench.houqin(...name.split(' '), '--help');
    expect(code).toBe(0);
    expect(out[0]).toMatch(new RegExp(`^usage: houqin ${name}`));
    const examples = out.slice(out.indexOf('examples:') + 1);
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.join('\n')).toContain(`houqin ${name}`);
  });

  it('says which command was probably meant, and exits with 2', async () => {
    for (const [typed, meant] of [
      [['imprt'], 'houqin import?'],
      [['profile'], 'houqin profile test, profile new?'],
      [['config', 'chek'], 'houqin config check?'],
    ] as const) {
      const { code, err, out } = await bench.houqin(...typed);
      expect([code, out, err.join('\n')]).toEqual([2, [], expect.stringContaining(meant)]);
    }
    expect((await bench.houqin()).code).toBe(2);
  });

  it('refuses unknown options with the way to the help', async () => {
    const { code, err } = await bench.houqin('doctor', '--loud');
    expect([code, err.join('\n')]).toEqual([2, expect.stringMatching(/--loud.*--help/s)]);
  });

  it('names every problem of the config, in both languages, before it works on it', async () => {
    const broken = await createBench();
    await broken.file('config/devices.yaml', 'devices:\n  - { id: a, name: a, kind: metre, place: campus }\n');
    const { code, err } = await broken.houqin('backtest');
    expect(code).toBe(2);
    expect(err.join('\n')).toMatch(/devices\.yaml:2:\d+ .*electricity-meter/);
    await broken.remove();
  });

  it('tells a taken data folder from a gateway that answers', async () => {
    const lock = dataLock(bench.dataDir);
    const { code, err } = await bench.houqin('user', 'list');
    if (lock.ok) lock.release();
    expect([code, err.join('\n')]).toEqual([3, expect.stringContaining(`is in use by process ${process.pid}`)]);
  }, 30_000);
});
