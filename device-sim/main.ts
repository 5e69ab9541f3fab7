/**
 * A simulated campus: the devices of `config/` as real MQTT clients, a ledger of what really happened, and faults on demand.
 * It knows the contract and nothing else of the gateway.
 *
 *   node device-sim/main.ts --config config --mqtt mqtt://127.0.0.1:1883 --scenario demo
 *   node device-sim/main.ts history --config config --days 35 --to 2026-11-23T22:00:00+08:00 > history.csv
 *
 * stdout: one JSON object a line. Values `{at, device, metric, value, published, …}`: `value` is the truth, `sent` what the
 * device said when that differs, `ts` the time it claimed when its clock is off, `published` whether the broker acknowledged
 * it in a readable form, `fault` what held. Events `{at, event, …}`: `started faults-http story-started story-failed
 * fault-started fault-ended summary`. stderr: sentences for people.
 *
 * Steering while it runs, on a loopback port printed as event `faults-http` (all bodies JSON):
 *   POST /faults {"fault": "leak", "device": "water-a", "params": {"lph": 300}, "forS": 60} → 201 {id, devices, …}
 *   GET /faults · DELETE /faults/:id · GET /truth?device=&metric=&from=&to= → {total, published, lost, first, last, complete}
 * Faults: drop stuck drift flood garble clock-skew reset device-dead switch-dead leak left-on door-open; see faults/fault-spec.ts.
 *
 * Reading order: campus.ts (config) → signals/ (the truth, pure functions of seed and time) → faults/ (what bends it) →
 * reporter.ts, encoders/ (what a device says) and responders/ (what it answers) → session.ts (MQTT) → fleet.ts (all of them) → ledger/.
 */
import { parseArgs } from 'node:util';
import { readCampus } from './campus.ts';
import { startFaultsHttp } from './faults/faults-http.ts';
import { type FleetOptions, startFleet } from './fleet.ts';
import { writeHistory } from './history.ts';
import type { LedgerDetail } from './ledger/ledger.ts';
import { createLineWriter } from './line-writer.ts';
import { createStopSignal } from './stop-signal.ts';

const USAGE = `usage: node device-sim/main.ts --config DIR --mqtt URL [options]
  --scenario NAME|FILE   demo, quiet (default), storm, or a YAML list of {atS, forS, fault, device|place, params}
  --wait                 the scenario begins when the parent process sends "begin" over its channel
  --seed N               default 1; same seed and same time give the same values
  --faults-port N        loopback port of POST /faults; 0 for any free one (default)
  --password-env NAME    environment variable with the devices' password (default HOUQIN_SIM_PASSWORD)
  --bridge NAME          username for devices of other profiles; without it they stay silent. Those with a will or a
                         line that is polled (downTopic) connect by themselves, as NAME.<device>
  --site ID              site in the topics; default: the device's, else the first of campus.yaml
  --memory FILE          registers survive a restart in this file
  --ledger all|events|none
  --duration S           stop by itself
or: node device-sim/main.ts history --config DIR [--days 35] [--to TIME] [--seed N] [--step S] > FILE.csv
`;

const log = (sentence: string): void => void process.stderr.write(`device-sim: ${sentence}\n`);

const OPTIONS = {
  config: { type: 'string', default: 'config' },
  mqtt: { type: 'string' },
  scenario: { type: 'string', default: 'quiet' },
  wait: { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  'faults-port': { type: 'string', default: '0' },
  'password-env': { type: 'string', default: 'HOUQIN_SIM_PASSWORD' },
  bridge: { type: 'string' },
  site: { type: 'string' },
  memory: { type: 'string' },
  ledger: { type: 'string', default: 'all' },
  duration: { type: 'string' },
  days: { type: 'string', default: '35' },
  to: { type: 'string' },
  step: { type: 'string', default: '600' },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof readArguments>['values'];

function readArguments() {
  return parseArgs({ options: OPTIONS, allowPositionals: true });
}

function number(name: string, value: string): number {
  const read = Number(value);
  if (value.trim() === '' || !Number.isFinite(read)) throw new Error(`--${name} needs a number, not ${value}`);
  return read;
}

function detailOf(value: string): LedgerDetail {
  const detail = (['all', 'events', 'none'] as const).find((one) => one === value);
  if (detail === undefined) throw new Error(`--ledger is all, events or none, not ${value}`);
  return detail;
}

function fleetOptions(values: Values, write: (line: string) => void): FleetOptions {
  if (values.mqtt === undefined) throw new Error('--mqtt is missing');
  const password = process.env[values['password-env']];
  return {
    config: values.config,
    mqttUrl: values.mqtt,
    seed: number('seed', values.seed),
    scenario: values.scenario,
    waits: values.wait,
    detail: detailOf(values.ledger),
    out: write,
    log,
    ...(password === undefined ? {} : { password }),
    ...(values.bridge === undefined ? {} : { bridge: values.bridge }),
    ...(values.site === undefined ? {} : { site: values.site }),
    ...(values.memory === undefined ? {} : { memoryFile: values.memory }),
  };
}

async function simulate(values: Values): Promise<void> {
  const stop = createStopSignal(values.duration === undefined ? undefined : number('duration', values.duration));
  try {
    const lines = createLineWriter(process.stdout, () => stop.ask('nobody reads'));
    const fleet = await startFleet(fleetOptions(values, (line) => void lines.write(line)));
    const { faults, ledger } = fleet;
    process.on('message', (message) => {
      if (message === 'begin') fleet.begin();
    });
    const http = await startFaultsHttp(number('faults-port', values['faults-port']), { faults, ledger, now: Date.now });
    ledger.event('faults-http', Date.now(), { port: http.port, url: `http://127.0.0.1:${http.port}` });
    const { devices, sessions } = fleet.connected();
    log(
      `${devices} devices in ${sessions} sessions, scenario ${values.scenario}; faults at http://127.0.0.1:${http.port}`,
    );
    log(`stopping: ${await stop.asked}`);
    await http.close();
    await fleet.stop();
    if (lines.dropped() > 0) log(`${lines.dropped()} ledger lines were left out: their reader was too slow`);
    await lines.drain();
  } finally {
    stop.release();
  }
}

async function printHistory(values: Values): Promise<void> {
  const to = values.to === undefined ? Date.now() : readTime(values.to);
  const options = {
    campus: await readCampus(values.config),
    from: to - number('days', values.days) * 86_400_000,
    to,
    seed: number('seed', values.seed),
    stepS: number('step', values.step),
  };
  // Whoever reads only the beginning has seen enough.
  process.stdout.on('error', () => process.exit(0));
  const write = (text: string): Promise<void> => new Promise((resolve) => process.stdout.write(text, () => resolve()));
  let block = '';
  for (const line of writeHistory(options)) {
    block += `${line}\n`;
    if (block.length < 65_536) continue;
    await write(block);
    block = '';
  }
  await write(block);
}

function readTime(value: string): number {
  const at = /^\d{12,14}$/.test(value) ? Number(value) : Date.parse(value);
  if (Number.isNaN(at)) throw new Error(`--to is epoch ms or ISO 8601 with an offset, not ${value}`);
  return at;
}

async function main(): Promise<number> {
  try {
    const { values, positionals } = readArguments();
    if (values.help) process.stdout.write(USAGE);
    else if (positionals[0] === 'history') await printHistory(values);
    else await simulate(values);
    return 0;
  } catch (error) {
    log(error instanceof Error ? error.message : String(error));
    process.stderr.write(USAGE);
    return 2;
  }
}

// Sockets of a broker that does not answer would keep the process alive for their time-outs.
process.exit(await main());
