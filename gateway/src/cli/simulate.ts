/** `houqin simulate`: the simulated campus as a process of its own; its ledger of truth goes to standard output. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from './command.ts';
import { mqttUrlOf } from './mqtt-url.ts';
import { durationOption, numberOption, parseOptions } from './parse-options.ts';
import { environmentOf } from './site.ts';

const HELP = `usage: houqin simulate --scenario NAME|FILE --seed N [options]

用 HOUQIN_CONFIG 里的设备做真实 MQTT 客户端；标准输出逐行打印真相账本（JSON）。
The devices of HOUQIN_CONFIG as real MQTT clients; standard output is the ledger of truth, one JSON object a line.

  --scenario        quiet, demo, storm, or a YAML file with a list of {atS, forS, fault, device|place, params}; default quiet
  --seed N          same seed and same time, same values; default 1
  --duration 90s    stops by itself (30s, 15m, 1h)
  --mqtt URL        default: the running gateway, else HOUQIN_MQTT
  --faults-port N   loopback port of POST /faults; default any free one, told in the ledger
  --bridge NAME     username for devices of other profiles; without it they stay silent
  --ledger all|events|none
Passwords: environment variable HOUQIN_SIM_PASSWORD, the same for all devices.

examples:
  houqin simulate --scenario quiet --seed 7 --duration 60s
  houqin simulate --scenario storm --seed 1 > ledger.jsonl`;

const SIMULATOR = resolve(import.meta.dirname, '../../../device-sim/main.ts');

export const simulateCommand: Command = {
  help: HELP,
  async run(argv, io) {
    const { values } = parseOptions(
      argv,
      {
        scenario: { type: 'string', default: 'quiet' },
        seed: { type: 'string', default: '1' },
        duration: { type: 'string' },
        mqtt: { type: 'string' },
        'faults-port': { type: 'string' },
        bridge: { type: 'string' },
        ledger: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      { min: 0, max: 0 },
    );
    const environment = environmentOf(io);
    const passed = (['faults-port', 'bridge', 'ledger'] as const).flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [`--${name}`, value];
    });
    const duration =
      values.duration === undefined ? [] : ['--duration', String(durationOption('duration', values.duration) / 1_000)];
    const args = [
      ...[SIMULATOR, '--config', environment.configDir, '--mqtt', await mqttUrlOf(values.mqtt, environment)],
      ...[
        '--scenario',
        values.scenario,
        '--seed',
        String(numberOption('seed', values.seed, 0)),
        ...duration,
        ...passed,
      ],
    ];
    return runToTheEnd(args, io.env);
  },
};

/** The child writes to our own streams; a signal to us is passed on, and its end is ours. */
function runToTheEnd(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  const pass = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, pass);
  return new Promise((resolveCode, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, pass);
      resolveCode(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
