/**
 * The demo campus: a month of believable past through the ordinary import, its back-test filed as closed alerts, and
 * simulated devices as real MQTT clients in a process of their own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type PastSetup, SEED, SIMULATOR, writePast } from './demo-past.ts';
import type { Log } from './shared/log.ts';

export interface DemoSetup extends PastSetup {
  readonly dataDir: string;
  readonly mqttPort: number;
  /** Password of every simulated device, for this run only. */
  readonly secret: string;
  readonly log: Log;
}

export interface Demo {
  /** Resolves when the past is written; the simulated present does not wait for it. */
  readonly past: Promise<void>;
  /** Begins the stories; only the first call counts. */
  begin(): void;
  /** Safe to call again. */
  stop(): Promise<void>;
}

/** Between the pages, which are there first, and the demo, which needs the broker. */
export interface DemoStage {
  /** Somebody looks at a page: the stories wait for that, so that nobody comes too late for them. */
  looked(): void;
  open(demo: Demo): void;
  /** The school has switched the demo off while it runs. */
  end(): Promise<void>;
}

export function createDemoStage(): DemoStage {
  let demo: Demo | undefined;
  let hasLooked = false;
  return {
    looked: () => {
      hasLooked = true;
      demo?.begin();
    },
    open: (opened) => {
      demo = opened;
      if (hasLooked) demo.begin();
    },
    end: async () => demo?.stop(),
  };
}

/** Username under which simulated devices of other ecosystems log in; only a demo knows it. */
export const DEMO_BRIDGE = 'demo-bridge';
const STOP_MS = 3_000;

export function startDemo(setup: DemoSetup): Demo {
  const simulator = startSimulator(setup);
  const stopping = new AbortController();
  const past = writePast(setup, stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted) setup.log.error({ err: error }, 'the demo history could not be written');
  });
  let hasBegun = false;
  return {
    past,
    begin: () => {
      if (hasBegun || !simulator.connected) return;
      hasBegun = true;
      simulator.send('begin', () => undefined);
    },
    async stop() {
      stopping.abort();
      await Promise.all([ended(simulator), past]);
    },
  };
}

function startSimulator({ configDir, dataDir, mqttPort, secret, log }: DemoSetup): ChildProcess {
  const child = spawn(
    process.execPath,
    [
      SIMULATOR,
      ...[
        '--config',
        configDir,
        '--mqtt',
        `mqtt://127.0.0.1:${mqttPort}`,
        '--scenario',
        'demo',
        '--wait',
        '--seed',
        SEED,
      ],
      ...['--ledger', 'none', '--memory', join(dataDir, 'simulator.json'), '--bridge', DEMO_BRIDGE],
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: { ...process.env, HOUQIN_SIM_PASSWORD: secret } },
  );
  if (child.stderr) createInterface({ input: child.stderr }).on('line', (line) => log.info({}, line));
  child.on('error', (error) => log.error({ err: error }, 'the simulated devices could not be started'));
  return child;
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((done) => {
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.once('exit', () => {
      clearTimeout(force);
      done();
    });
    child.kill('SIGTERM');
  });
}
