/**
 * Composition root: opens the parts in the order data flows, hands each what it needs, and closes them the other way
 * round. Whatever cannot start says so in one sentence, and nothing is left half-started.
 */
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ApiDeps } from './api/api-deps.ts';
import { ensureAdmin } from './api/ensure-admin.ts';
import { createGatewayMetrics } from './api/gateway-metrics.ts';
import { createReadiness } from './api/readiness.ts';
import { type Api, ApiStartError, startApi } from './api/start-api.ts';
import type { Broker } from './broker/broker-options.ts';
import { credentialLookup } from './broker/credential-lookup.ts';
import { startBroker } from './broker/start-broker.ts';
import type { SchoolCalendar } from './calendar/school-calendar.ts';
import { type CampusInForce, campusFrom } from './campus-in-force.ts';
import { createConfigEdits } from './config/config-edits.ts';
import { createConfigFiles } from './config/config-files.ts';
import { loadConfig } from './config/load-config.ts';
import type { ConfigResult } from './config/parse-config.ts';
import { watchConfig } from './config/watch-config.ts';
import { startDemo } from './demo.ts';
import { gatewayFigures } from './gateway-figures.ts';
import { createHistory } from './history.ts';
import { startHousekeeping, watchDisk } from './housekeeping.ts';
import { createJudgement, type Judgement } from './judgement.ts';
import { createLiveView } from './live-view.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import { type Closers, closeAll } from './shared/closers.ts';
import type { Environment } from './shared/environment.ts';
import type { Log } from './shared/log.ts';
import {
  describe,
  EXIT_CANNOT_START,
  EXIT_CONFIG,
  refuseUnsafeListeners,
  StartRefusal,
} from './shared/start-refusal.ts';
import { hashToken, newToken } from './shared/token-hash.ts';
import { dataLock } from './store/data-lock.ts';
import { loadJudgeState } from './store/judge-records.ts';
import { openReadingStore } from './store/open-reading-store.ts';
import { openRecordsDb } from './store/open-records-db.ts';
import { listQuarantine } from './store/quarantine-records.ts';
import { type ReadingStore, StoreError } from './store/reading-store.ts';
import type { RecordsDb } from './store/records-db.ts';
import { createSeriesDefiner } from './store/series-definer.ts';

export interface GatewayOptions {
  readonly environment: Environment;
  readonly log: Log;
  /** A line for the person at the terminal. */
  say(line: string): void;
  readonly clock?: Clock;
}

export interface Gateway {
  readonly url: string;
  readonly httpPort: number;
  readonly mqttPort: number;
  setupLink(): string | undefined;
  /** Drains and closes; safe to call again. */
  stop(): Promise<void>;
}

export type GatewayStart =
  | { readonly ok: true; readonly gateway: Gateway }
  | { readonly ok: false; readonly zh: string; readonly en: string; readonly exitCode: number };

const REPLAY_ENTRIES = 500;

export async function startGateway(options: GatewayOptions): Promise<GatewayStart> {
  const closers: Closers = [];
  try {
    return { ok: true, gateway: await open(options, closers) };
  } catch (error) {
    await closeAll(closers, options.log);
    const refusal = refusalOf(error, options.environment);
    if (refusal) return { ok: false, zh: refusal.zh, en: refusal.message, exitCode: refusal.exitCode };
    throw error;
  }
}

async function open(options: GatewayOptions, closers: Closers): Promise<Gateway> {
  const { environment, log, say } = options;
  const clock = options.clock ?? systemClock();
  let campus = await campusOrRefusal(environment);
  const { demo } = campus.config.gateway;
  const auth = environment.deviceAuth ?? campus.config.gateway.mqtt.auth;
  refuseUnsafeListeners(environment, demo, auth);
  const dataDir = demo ? join(environment.dataDir, 'demo') : environment.dataDir;
  own(dataDir, closers);

  const store = await openReadingStore({ dir: dataDir, ...phasesOf(campus.calendar) });
  closers.push({ name: 'store', close: () => store.close() });
  const records = await openRecordsDb({ dir: dataDir });
  closers.push({ name: 'records', close: () => records.close() });
  const definer = createSeriesDefiner(store, campus.config.registry);
  await definer.ensure(await store.latest());

  const judgement = await judge({ clock, campus, records, store, log, closers });
  const disk = await watchDisk(dataDir, () => campus.config.gateway.store.minFreeMiB, closers);
  const pipeline = createPipeline({
    clock,
    log,
    store,
    records,
    decode: (frame) => campus.decoder.decode(frame),
    heard: judgement.heard,
    storeDown: judgement.storeDown,
    define: definer.ensure,
    blocked: () => disk().trouble,
  });
  closers.push({ name: 'quarantine', close: () => pipeline.flush() });

  const demoSecret = demo ? newToken() : undefined;
  const broker = await openBroker({ options, clock, auth, pipeline, campus: () => campus, demoSecret });
  closers.push({ name: 'broker', close: () => broker.close() });

  let configTrouble: string | undefined;
  const takeOver = async (result: ConfigResult): Promise<void> => {
    const next = campusFrom(result);
    configTrouble = next.ok ? undefined : describe(next.problems[0]);
    if (!next.ok) {
      log.warn({ problems: next.problems.length }, `config not taken over: ${configTrouble}`);
      return;
    }
    const before = campus;
    campus = next.campus;
    await definer.redefine(campus.config.registry);
    judgement.reload(campus.config, campus.calendar, clock.now());
    for (const username of revoked(before, campus)) broker.disconnect(username);
    log.info({}, 'config taken over');
  };
  const watch = await watchConfig({
    dir: environment.configDir,
    onChange: takeOver,
    onError: (error) => log.warn({ err: error }, 'the config folder could not be looked at'),
  });
  closers.push({ name: 'config watch', close: () => watch.close() });
  const files = createConfigFiles(environment.configDir, dataDir);
  const edits = createConfigEdits({ files, clock, takeOver: watch.check });

  const readiness = createReadiness({
    clock,
    store: () => store.probe(),
    broker: () => undefined,
    config: () => configTrouble,
    disk,
    workers: () => Promise.all([store.head(), records.read({ sql: 'SELECT 1' })]),
  });
  const metrics = createGatewayMetrics(() => gatewayFigures({ store, judgement, pipeline, broker, disk }));
  const history = createHistory({ store, definer, campus: () => campus });
  const deps: ApiDeps = {
    clock,
    dataDir,
    demo,
    config: () => campus.config,
    calendar: () => campus.calendar,
    store,
    records,
    live: createLiveView(judgement, records, clock),
    profiles: () => profileInfos(campus),
    quarantine: ({ before, limit }) => listQuarantine(records, before, limit),
    consumption: history.consumption,
    backtest: history.backtest,
    importReadings: history.importReadings,
    ...edits,
    ready: readiness.ready,
    healthy: readiness.healthy,
    metrics: metrics.text,
  };
  await createFirstAdmin(deps, environment);
  const api = await startApi({
    deps,
    host: environment.http.host,
    port: environment.http.port,
    staticDir: resolve(import.meta.dirname, '../../dashboard/dist'),
    log,
    onUpgrade: { path: campus.config.gateway.mqtt.wsPath, handle: broker.handleWebSocket },
  });
  closers.push({ name: 'api', close: () => api.close() });
  writeOwner(dataDir, api, broker, closers);
  startHousekeeping({ clock, store, records, judgement, campus: () => campus, log, closers });
  if (demoSecret !== undefined) {
    const { configDir } = environment;
    const running = startDemo({
      configDir,
      dataDir,
      mqttPort: broker.port,
      secret: demoSecret,
      clock,
      campus: () => campus,
      records,
      history,
      log,
      say,
    });
    closers.push({ name: 'simulator', close: () => running.stop() });
  }

  let stopping: Promise<void> | undefined;
  return {
    url: api.url,
    httpPort: api.port,
    mqttPort: broker.port,
    setupLink: () => api.setupLink(),
    stop: () => {
      stopping ??= closeAll(closers, log);
      return stopping;
    },
  };
}

async function campusOrRefusal(environment: Environment): Promise<CampusInForce> {
  const read = campusFrom(await loadConfig(environment.configDir));
  if (read.ok) return read.campus;
  const lines = read.problems.map((problem) => `  ${describe(problem)}`);
  throw new StartRefusal(
    EXIT_CONFIG,
    `配置有 ${read.problems.length} 处问题（目录 ${environment.configDir}），改好后再启动：\n${lines.join('\n')}`,
    `The config in ${environment.configDir} has ${read.problems.length} problem(s), listed above; mend them and start again.`,
  );
}

function own(dataDir: string, closers: Closers): void {
  const lock = dataLock(dataDir);
  if (!lock.ok && lock.reason === 'owned') {
    throw new StartRefusal(
      EXIT_CANNOT_START,
      `数据目录 ${dataDir} 正由进程 ${lock.pid} 使用；先停掉它，或用 HOUQIN_DATA 换一个目录。`,
      `The data folder ${dataDir} is in use by process ${lock.pid}; stop it, or set HOUQIN_DATA to another folder.`,
    );
  }
  if (!lock.ok) {
    throw new StartRefusal(
      EXIT_CANNOT_START,
      `数据目录 ${dataDir} 不能写入：${lock.message}。检查权限，或用 HOUQIN_DATA 换一个目录。`,
      `${lock.message}. Check its permissions, or set HOUQIN_DATA to another folder.`,
    );
  }
  closers.push({ name: 'data folder', close: () => lock.release() });
}

interface JudgeParts {
  readonly clock: Clock;
  readonly campus: CampusInForce;
  readonly records: RecordsDb;
  readonly store: ReadingStore;
  readonly log: Log;
  readonly closers: Closers;
}

/** Brings the judge to where the store is: what was committed and not yet judged is judged now, once. */
async function judge({ clock, campus, records, store, log, closers }: JudgeParts): Promise<Judgement> {
  const state = await loadJudgeState(records, clock.now(), randomUUID);
  const judgement = createJudgement({
    clock,
    config: campus.config,
    calendar: campus.calendar,
    records,
    state,
    latest: await store.latest(),
    onJudged: (cursor) =>
      void store.release(cursor).catch((error: unknown) => log.warn({ err: error }, 'journal not released')),
    log,
  });
  let cursor = state.cursor;
  for (
    let entries = await store.journal(cursor, REPLAY_ENTRIES);
    entries.length > 0;
    entries = await store.journal(cursor, REPLAY_ENTRIES)
  ) {
    for (const entry of entries) judgement.commit(entry);
    cursor = entries.at(-1)?.seq ?? cursor;
  }
  judgement.resume(clock.now(), 'gateway-start');
  store.onCommit(judgement.commit);
  closers.push({ name: 'judgement', close: () => judgement.flush() });
  return judgement;
}

interface BrokerParts {
  readonly options: GatewayOptions;
  readonly clock: Clock;
  readonly auth: 'required' | 'anonymous';
  readonly pipeline: Pipeline;
  campus(): CampusInForce;
  readonly demoSecret: string | undefined;
}

function openBroker({ options, clock, auth, pipeline, campus, demoSecret }: BrokerParts): Promise<Broker> {
  const { mqtt } = campus().config.gateway;
  const demoHash = demoSecret === undefined ? undefined : hashToken(demoSecret);
  return startBroker({
    host: options.environment.mqtt.host,
    port: options.environment.mqtt.port,
    clock,
    log: options.log,
    credentials: () => {
      const { registry, credentials } = campus().config;
      const devices = [...registry.devices.values()];
      // The simulated devices share one secret that lives as long as this process.
      const known =
        demoHash === undefined
          ? devices
          : devices.map((device) => ({ ...device, tokenHash: device.tokenHash ?? demoHash }));
      return credentialLookup(known, credentials, registry.campus.sites[0]?.id ?? 'main');
    },
    auth,
    limits: { messagesPerSecond: mqtt.messagesPerSecond, messageBurst: mqtt.messageBurst },
    retainable: (topic) => campus().decoder.topicPolicy(topic).retainable,
    maxPayloadBytes: (topic) => campus().decoder.topicPolicy(topic).maxBytes,
    wsOrigins: () => campus().config.gateway.mqtt.wsOrigins,
    onFrame: pipeline.onFrame,
    onOversize: pipeline.onOversize,
  });
}

/** Usernames whose secret is no longer what it was when they connected. */
function revoked(before: CampusInForce, after: CampusInForce): string[] {
  const hashes = (campus: CampusInForce): Map<string, string | undefined> =>
    new Map([
      ...campus.config.credentials.map((one): [string, string] => [one.username, JSON.stringify(one)]),
      ...[...campus.config.registry.devices.values()].map((one): [string, string] => [
        one.id,
        `${one.site}\n${one.tokenHash}`,
      ]),
    ]);
  const now = hashes(after);
  return [...hashes(before)].filter(([username, hash]) => now.get(username) !== hash).map(([username]) => username);
}

function profileInfos(campus: CampusInForce): ReturnType<ApiDeps['profiles']> {
  const health = new Map(campus.decoder.health().map((entry) => [entry.id, entry]));
  return campus.profiles.map((profile) => ({
    id: profile.id,
    name: { ...profile.name },
    matches: [...profile.matches],
    builtIn: true,
    decoded: health.get(profile.id)?.decoded ?? 0,
    failed: health.get(profile.id)?.failed ?? 0,
    disabled: health.get(profile.id)?.disabled ?? false,
  }));
}

async function createFirstAdmin(deps: ApiDeps, environment: Environment): Promise<void> {
  if (!environment.admin) return;
  const made = await ensureAdmin(deps, environment.admin.name, environment.admin.password);
  if (made !== 'invalid') return;
  throw new StartRefusal(
    EXIT_CONFIG,
    'HOUQIN_ADMIN 不合要求：写成 name:password，密码至少 10 个字符。',
    'HOUQIN_ADMIN is not valid: write name:password with a password of at least 10 characters.',
  );
}

/** Tells commands on this machine where the owner of the folder answers. */
function writeOwner(dataDir: string, api: Api, broker: Broker, closers: Closers): void {
  const file = join(dataDir, 'owner.json');
  writeFileSync(file, JSON.stringify({ pid: process.pid, url: api.url, mqttPort: broker.port }), { mode: 0o600 });
  closers.push({ name: 'owner file', close: () => rmSync(file, { force: true }) });
}

/** How the site's hours and standard days lie against UTC's, ms; daylight saving moves days by whole hours only. */
function phasesOf(calendar: SchoolCalendar): { readonly hourPhaseMs: number; readonly dayPhaseMs: number } {
  const dayPhaseMs = calendar.dayBounds('2026-01-15').from % 86_400_000;
  return { hourPhaseMs: dayPhaseMs % 3_600_000, dayPhaseMs };
}

function refusalOf(error: unknown, environment: Environment): StartRefusal | undefined {
  if (error instanceof StartRefusal) return error;
  if (error instanceof ApiStartError) return new StartRefusal(EXIT_CANNOT_START, error.zh, error.message);
  if (error instanceof StoreError) {
    return new StartRefusal(
      EXIT_CANNOT_START,
      `数据目录打不开：${error.message}`,
      `The data folder cannot be opened: ${error.message}`,
    );
  }
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    const { host, port } = environment.mqtt;
    return new StartRefusal(
      EXIT_CANNOT_START,
      `端口被占用：${host}:${port} 已有程序在监听，请停掉它或设置 HOUQIN_MQTT。`,
      `Port taken: something already listens on ${host}:${port}; stop it or set HOUQIN_MQTT.`,
    );
  }
  return undefined;
}
