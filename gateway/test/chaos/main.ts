/** `npm run chaos [-- NAME…]`: the long forms of tests that `npm test` runs short, and what is too rude for it. */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { CONFORMANCE_USAGE, runConformance } from './conformance/conformance.ts';

const root = resolve(import.meta.dirname, '../../..');

interface Step {
  readonly file: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Trial {
  readonly name: string;
  readonly what: string;
  /** About how long, on two cores. */
  readonly minutes: number;
  readonly steps: readonly Step[];
}

const test = (file: string, env: Readonly<Record<string, string>> = {}): Step => ({
  file: `gateway/test/${file}`,
  env,
});

const TRIALS: readonly Trial[] = [
  {
    name: 'kill',
    what: 'SIGKILL at random moments, 200 times the gateway and 1,000 times the store: no acknowledged reading lost, none twice',
    minutes: 15,
    steps: [
      test('integration/sigkill.test.ts', { HOUQIN_KILLS: '200' }),
      test('store/kill.test.ts', { HOUQIN_KILLS: '1000' }),
    ],
  },
  {
    name: 'fuzz',
    what: '5,000,000 malformed MQTT packets: a good client keeps working, nothing stays held',
    minutes: 60,
    steps: [test('broker/guard.test.ts', { HOUQIN_FUZZ_PACKETS: '5000000' })],
  },
  {
    name: 'properties',
    what: 'generated payloads, histories and cuts: 100,000 payloads, 20 times the energy books, 200 rule histories',
    minutes: 15,
    steps: [
      test('decode/properties.test.ts', { HOUQIN_PROPERTY_RUNS: '100000' }),
      test('meter/energy-books.test.ts', { HOUQIN_PROPERTY_RUNS: '20' }),
      test('rules/determinism.test.ts', { HOUQIN_PROPERTY_RUNS: '200' }),
    ],
  },
  {
    name: 'flood',
    what: '1,000 sockets that are silent, slow or declare 256 MiB before they say who they are: closed, and a good device hardly notices',
    minutes: 1,
    steps: [test('chaos/flood.chaos.ts')],
  },
  {
    name: 'requests',
    what: 'the worst request for every endpoint and socket event, on a campus of 2,000 devices: no event loop delay above 150 ms, p99 50 ms',
    minutes: 10,
    steps: [test('chaos/requests.chaos.ts')],
  },
  {
    name: 'restarts',
    what: '1,000 restarts, blips and clock steps over 200 cameras: no false alarm, every death reported in time',
    minutes: 5,
    steps: [test('integration/false-alarms.test.ts', { HOUQIN_BLIPS: '1000' })],
  },
];

const USAGE = `npm run chaos [-- NAME…]      without a name: all of them, one after the other

${TRIALS.map(({ name, what, minutes }) => `  ${name.padEnd(11)} ${what} (about ${minutes} min)`).join('\n')}

${CONFORMANCE_USAGE}
Seeds are printed; HOUQIN_SEED and HOUQIN_FUZZ_SEED replay one. Exit code 1 when a trial failed, 2 for an unknown name.
`;

/** @returns true when all tests of the file passed */
function run({ file, env }: Step): Promise<boolean> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const config = join(root, '.config/vitest.chaos.config.ts');
  const child = spawn(process.execPath, [vitest, 'run', '--config', config, file], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return new Promise((done) => child.once('exit', (code) => done(code === 0)));
}

async function main(names: readonly string[]): Promise<number> {
  // It needs checkouts that are no part of this project, so it runs only when it is asked for.
  if (names[0] === 'conformance') return runConformance(names.slice(1));
  if (names.includes('--help') || names.includes('-h')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const unknown = names.filter((name) => !TRIALS.some((trial) => trial.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`no such trial: ${unknown.join(', ')}\n\n${USAGE}`);
    return 2;
  }
  const failed: string[] = [];
  for (const trial of TRIALS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    process.stdout.write(`── ${trial.name}: ${trial.what}\n`);
    for (const step of trial.steps) if (!(await run(step))) failed.push(`${trial.name} (${step.file})`);
  }
  process.stdout.write(failed.length === 0 ? '── all passed\n' : `── failed: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
