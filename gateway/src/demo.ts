/**
 * The demo campus: a month of believable past through the ordinary import, its back-test filed as closed alerts, and
 * simulated devices as real MQTT clients in a process of their own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Alert, Episode, Incident } from '#contract/http/alerts.ts';
import type { Reading } from '#contract/readings.ts';
import type { CampusInForce } from './campus-in-force.ts';
import type { History } from './history.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import { putAlert, putIncident } from './store/judge-records.ts';
import type { RecordsDb } from './store/records-db.ts';

export interface DemoSetup {
  readonly configDir: string;
  readonly dataDir: string;
  readonly mqttPort: number;
  /** Password of every simulated device, for this run only. */
  readonly secret: string;
  readonly clock: Clock;
  campus(): CampusInForce;
  readonly records: RecordsDb;
  readonly history: History;
  readonly log: Log;
  say(line: string): void;
}

export interface Demo {
  /** Resolves when the past is written; the simulated present does not wait for it. */
  readonly past: Promise<void>;
  stop(): Promise<void>;
}

/** Username under which simulated devices of other ecosystems log in; only a demo knows it. */
export const DEMO_BRIDGE = 'demo-bridge';
const SIMULATOR = resolve(import.meta.dirname, '../../device-sim/main.ts');
const DAYS = 35;
const DAY_MS = 86_400_000;
const SEED = '1';
const BATCH_ROWS = 5_000;
const PROGRESS_MS = 2_000;
const STOP_MS = 3_000;

export function startDemo(setup: DemoSetup): Demo {
  const simulator = startSimulator(setup);
  const stopping = new AbortController();
  const past = writePast(setup, stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted) setup.log.error({ err: error }, 'the demo history could not be written');
  });
  return {
    past,
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
      ...['--config', configDir, '--mqtt', `mqtt://127.0.0.1:${mqttPort}`, '--scenario', 'demo', '--seed', SEED],
      ...['--ledger', 'none', '--memory', join(dataDir, 'simulator.json'), '--bridge', DEMO_BRIDGE],
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: { ...process.env, HOUQIN_SIM_PASSWORD: secret } },
  );
  if (child.stderr) createInterface({ input: child.stderr }).on('line', (line) => log.info({}, line));
  child.on('error', (error) => log.error({ err: error }, 'the simulated devices could not be started'));
  return child;
}

/** Once per data folder: the mark is written last, and rows that are already there count as duplicates. */
async function writePast(setup: DemoSetup, stopping: AbortSignal): Promise<void> {
  const { records, clock, say } = setup;
  const [done] = await records.read({ sql: "SELECT value FROM meta WHERE key = 'demo_past'" });
  if (done) return;
  const to = clock.now();
  const rows = await importPast(setup, to, stopping);
  if (stopping.aborted) return;
  const { rules } = setup.campus().config;
  const episodes = await setup.history.backtest({ rules, from: to - DAYS * DAY_MS, to });
  const closed = episodes.filter((episode) => episode.to !== null);
  await records.write([
    ...closed.flatMap((episode) => filed(episode)),
    { sql: "INSERT OR REPLACE INTO meta (key, value) VALUES ('demo_past', ?)", params: [String(to)] },
  ]);
  say(
    `演示历史已就绪：${rows} 条读数，${closed.length} 条历史告警 / Demo history ready: ${rows} readings, ${closed.length} past alerts`,
  );
}

async function importPast(
  { configDir, history, clock, say }: DemoSetup,
  to: number,
  stopping: AbortSignal,
): Promise<number> {
  const child = spawn(
    process.execPath,
    [
      SIMULATOR,
      'history',
      '--config',
      configDir,
      '--days',
      String(DAYS),
      '--to',
      new Date(to).toISOString(),
      '--seed',
      SEED,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], signal: stopping, killSignal: 'SIGKILL' },
  );
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  let rows = 0;
  let batch: Reading[] = [];
  let saidAt = clock.monotonic();
  const store = async (): Promise<void> => {
    await history.importReadings(batch);
    rows += batch.length;
    batch = [];
    if (clock.monotonic() - saidAt < PROGRESS_MS) return;
    saidAt = clock.monotonic();
    say(`正在写入演示历史：${rows} 条 / Writing demo history: ${rows} readings`);
  };
  for await (const line of createInterface({ input: child.stdout })) {
    if (stopping.aborted) break;
    const [device, metric, ts, value] = line.split(',');
    if (device === undefined || metric === undefined || device === 'device') continue;
    batch.push({ device, metric, ts: Number(ts), value: Number(value), flags: 0, receivedAt: to });
    if (batch.length >= BATCH_ROWS) await store();
  }
  if (batch.length > 0) await store();
  const code = await ended;
  if (code !== 0 && !stopping.aborted) throw new Error(`the history generator ended with ${code} after ${rows} rows`);
  return rows;
}

/** A past episode as people find it later: one closed, acknowledged incident with its alert. */
function filed(episode: Episode) {
  const id = `${episode.from.toString(36)}-${episode.rule}-${episode.device}`;
  const until = episode.to ?? episode.from;
  const line = (at: number, what: string) => ({ at, what, why: episode.reason, who: 'demo' });
  const timeline = [line(episode.from, 'firing'), line(until, 'resolved')];
  const { device, place, severity, sentence } = episode;
  const alert: Alert = {
    ...{
      id: `a-${id}`,
      incidentId: `i-${id}`,
      rule: episode.rule,
      kind: episode.kind,
      device,
      place,
      severity,
      sentence,
      timeline,
    },
    ...{ state: 'resolved', since: episode.from, until, unknownSince: null },
    ...{ excess: episode.excess, unit: episode.unit, yuan: episode.yuan },
  };
  const incident: Incident = {
    ...{ id: alert.incidentId, cause: device, probable: false, severity, place, sentence, timeline },
    ...{
      state: 'resolved',
      since: episode.from,
      until,
      ackedBy: 'demo',
      ackedAt: until,
      assignee: null,
      silencedUntil: null,
    },
    ...{ alerts: [alert.id], affected: [] },
  };
  return [putAlert(alert), putIncident(incident)];
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
