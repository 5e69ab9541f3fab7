/**
 * npm run bench [-- NAME [--json]]: figures of this machine, and what they should be.
 * Ratios within one run hold on a busy machine; absolute figures need a quiet one.
 */
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchRow } from './bench-row.ts';

interface Bench {
  readonly name: string;
  readonly about: string;
  load(): Promise<{ run(): Promise<BenchRow[]> }>;
}

const BENCHES: readonly Bench[] = [
  { name: 'ingest', about: 'durable ingest against bare aedes', load: () => import('./ingest.ts') },
  { name: 'decode', about: 'messages to readings', load: () => import('./decode.ts') },
  { name: 'poll', about: 'serial lines asked', load: () => import('./poll.ts') },
  { name: 'store', about: 'append, seal and queries against one row per point', load: () => import('./store.ts') },
  { name: 'rules', about: 'rules per reading, and a back-test', load: () => import('./rules.ts') },
  { name: 'query', about: 'what pages wait for over a year of readings', load: () => import('./query.ts') },
  { name: 'latency', about: "sensor's message to changed page", load: () => import('./latency.ts') },
  { name: 'probe', about: 'a round of probes over 500 cameras', load: () => import('./probe.ts') },
  { name: 'live', about: 'value to many dashboards', load: () => import('./live.ts') },
];

const USAGE = `usage: npm run bench [-- NAME [--json]]

${BENCHES.map(({ name, about }) => `  ${name.padEnd(8)}${about}`).join('\n')}

examples:
  npm run bench
  npm run bench -- store --json
`;

async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [name] = positionals;
  const chosen = BENCHES.filter((bench) => name === undefined || bench.name === name);
  if (values.help || chosen.length === 0) {
    process.stderr.write(USAGE);
    return values.help ? 0 : 2;
  }
  let isReached = true;
  for (const bench of chosen) {
    process.stderr.write(`${bench.name} …\n`);
    const { run } = await bench.load();
    const rows = await run();
    isReached &&= rows.every(({ ok }) => ok !== false);
    const text = values.json ? JSON.stringify({ bench: bench.name, machine: machine(), rows }) : tableOf(bench, rows);
    process.stdout.write(`${text}\n`);
  }
  return isReached ? 0 : 1;
}

function machine(): string {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} × ${cpu}, ${memory} GiB, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
}

function tableOf({ name, about }: Bench, rows: readonly BenchRow[]): string {
  const width = Math.max(...rows.map(({ id }) => id.length));
  const lines = rows.map(({ id, value, unit, reach, ok }) => {
    const figure = value.toLocaleString('en-US', { maximumFractionDigits: 3 }).padStart(12);
    const wanted = reach === undefined ? '' : `  ${ok === false ? '✗' : '✓'} ${reach.toLocaleString('en-US')}`;
    return `  ${id.padEnd(width)} ${figure} ${unit}${wanted}`;
  });
  return [`${name}: ${about} (${machine()})`, ...lines, ''].join('\n');
}

process.exitCode = await main(process.argv.slice(2));
