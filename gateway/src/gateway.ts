/**
 * Composition root: opens the parts in the order data flows, hands each what it needs, and closes them the other way
 * round. Whatever cannot start says so in one sentence, and nothing is left half-started.
 */
import { join, resolve } from 'node:path';
import { announceHomeAssistant, type HomeAssistantAnnouncer } from './announce-home-assistant.ts';
import { heedRetained, heedTaught } from './announced-again.ts';
import type { ApiDeps } from './api/api-deps.ts';
import { ensureAdmin } from './api/ensure-admin.ts';
import { createGatewayMetrics } from './api/gateway-metrics.ts';
import { createReadiness } from './api/readiness.ts';
import { type Api, startApi } from './api/start-api.ts';
import type { Broker } from './broker/broker-options.ts';
import { ANONYMOUS } from './broker/connect-rules.ts';
import { createRefusalBook, type RefusalBook } from './broker/refusal-book.ts';
import { type CameraWatch, createCameraWatch } from './camera-watch.ts';
import { type CampusInForce, hourPhases, isDecodedAlike } from './campus-in-force.ts';
import { createConfigEdits } from './config/config-edits.ts';
import { createConfigFiles } from './config/config-files.ts';
import type { ConfigWatch } from './config/watch-config.ts';
import { createConsumption, createWaste } from './consumption-job.ts';
import { createDemoStage, type DemoStage, startDemo } from './demo.ts';
import { createDeviceLogins } from './device-logins.ts';
import { gatewayFigures } from './gateway-figures.ts';
import { type JobLanes, jobDeps, openJobLanes } from './gateway-jobs.ts';
import { damageTeller, guardHistory, type HistoryGuard } from './guard-history.ts';
import { createHistory, type History } from './history.ts';
import { startHousekeeping } from './housekeeping.ts';
import type { Judgement } from './judgement.ts';
import { keepCampus } from './keep-campus.ts';
import { createLiveView } from './live-view.ts';
import { type OffTimes, openOffTimes } from './off-times.ts';
import { deviceAuth, openBroker, revoked } from './open-broker.ts';
import { openJudgement } from './open-judgement.ts';
import { onboardingDeps, openStrangers, type Strangers } from './open-onboarding.ts';
import { ownDataFolder, startRefusalOf, writeOwner } from './own-data-folder.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import { pollLines } from './poll-lines.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import { type Closers, closeAll } from './shared/closers.ts';
import type { Environment } from './shared/environment.ts';
import type { Frame } from './shared/frame.ts';
import { type Listeners, listeners } from './shared/listeners.ts';
import type { Log } from './shared/log.ts';
import type { OutMessage } from './shared/out-message.ts';
import { EXIT_CONFIG, refuseUnsafeListeners, StartRefusal } from './shared/start-refusal.ts';
import { newToken } from './shared/token-hash.ts';
import { createStorageWatch, type StorageWatch } from './storage-watch.ts';
import { openReadingStore } from './store/open-reading-store.ts';
import { openRecordsDb } from './store/open-records-db.ts';
import { listQuarantine } from './store/quarantine-records.ts';
import type { ReadingStore } from './store/reading-store.ts';
import type { RecordsDb } from './store/records-db.ts';
import { createSeriesDefiner, type SeriesDefiner } from './store/series-definer.ts';
import { openTaughtMessages } from './store/taught-messages.ts';

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

export async function startGateway(options: GatewayOptions): Promise<GatewayStart> {
  const closers: Closers = [];
  try {
    return { ok: true, gateway: await open(options, closers) };
  } catch (error) {
    await closeAll(closers, options.log);
    const refusal = startRefusalOf(error, options.environment);
    if (refusal) return { ok: false, zh: refusal.zh, en: refusal.message, exitCode: refusal.exitCode };
    throw error;
  }
}

interface Base {
  readonly environment: Environment;
  readonly log: Log;
  say(line: string): void;
  readonly clock: Clock;
  readonly closers: Closers;
  readonly dataDir: string;
  readonly jobs: JobLanes;
  campus(): CampusInForce;
  /** Password of all simulated devices, for this run; undefined outside the demo. */
  readonly demoSecret: string | undefined;
  readonly stage: DemoStage;
  /** Another config is in force. */
  readonly campusTold: Listeners<void>;
}

async function open(options: GatewayOptions, closers: Closers): Promise<Gateway> {
  const { environment, log, say } = options;
  const jobs = openJobLanes();
  closers.push({ name: 'jobs', close: () => jobs.close() });
  const keeper = await keepCampus(environment.configDir, log, jobs.config);
  const { demo, mqtt } = keeper.current().config.gateway;
  refuseUnsafeListeners(environment, demo, environment.deviceAuth ?? mqtt.auth);
  const dataDir = demo ? join(environment.dataDir, 'demo') : environment.dataDir;
  ownDataFolder(dataDir, closers);
  const base: Base = {
    ...{ environment, log, say, closers, dataDir, jobs, campus: keeper.current },
    clock: options.clock ?? systemClock(),
    demoSecret: demo ? newToken() : undefined,
    stage: createDemoStage(),
    campusTold: listeners(),
  };
  const stores = await openStores(base);
  const judgement = await openJudgement({ ...base, ...stores });
  const guard = guardHistory({ ...base, ...stores, onDamage: damageTeller(stores.storage) });
  const elsewhere = createConsumption(stores.store, jobs.sums);
  const wasteElsewhere = createWaste(stores.store, jobs.sums);
  const history = createHistory({ ...stores, elsewhere, wasteElsewhere, campus: base.campus });
  const strangers = await openStrangers({ ...base, ...stores, judgement, history });
  const intake = await openIntake(base, stores, judgement, strangers);
  const cameras = createCameraWatch({ ...base, ...intake, judgement });
  const homeAssistant = announceHomeAssistant({ ...base, ...intake, judgement });
  intake.onFrame(homeAssistant.heard);
  const watch = await keeper.follow((next, before) =>
    takeOver(next, before, { base, stores, judgement, intake, cameras, homeAssistant, strangers }),
  );
  closers.push({ name: 'config watch', close: () => watch.close() });
  const api = await openApi({
    base,
    stores,
    judgement,
    intake,
    cameras,
    history,
    guard,
    strangers,
    watch,
    configTrouble: keeper.trouble,
  });
  // Before the listener: held frames get their commit, and the WebSockets it carries are closed without wills.
  closers.push({ name: 'broker', close: () => intake.broker.close() });
  closers.push({ name: 'cameras', close: () => cameras.close() });
  closers.push({ name: 'home assistant', close: () => homeAssistant.close() });
  cameras.reload();
  writeOwner({ ...base, ...stores }, api, intake.broker);
  startHousekeeping({ ...base, ...stores, judgement });
  simulate(base, stores, judgement, history, intake.broker);

  let stopping: Promise<void> | undefined;
  return {
    url: api.url,
    httpPort: api.port,
    mqttPort: intake.broker.port,
    setupLink: () => api.setupLink(),
    stop: () => {
      stopping ??= closeAll(closers, log);
      return stopping;
    },
  };
}

interface Stores {
  readonly store: ReadingStore;
  readonly records: RecordsDb;
  readonly definer: SeriesDefiner;
  readonly storage: StorageWatch;
  readonly offTimes: OffTimes;
}

async function openStores(base: Base): Promise<Stores> {
  const { dataDir, campus, closers } = base;
  const minFreeMiB = (): number => campus().config.gateway.store.minFreeMiB;
  const storage = await createStorageWatch({ ...base, minFreeMiB });
  const store = await openReadingStore({ dir: dataDir, ...hourPhases(campus().calendar) });
  closers.push({ name: 'store', close: () => store.close() });
  const opened = await openRecordsDb({ dir: dataDir });
  closers.push({ name: 'records', close: () => opened.close() });
  const definer = createSeriesDefiner(store, campus().config.registry);
  // What cannot be written now is told with the first readings that can.
  await definer.ensure(await store.latest())?.catch((error: unknown) => storage.failed('readings', error));
  storage.start(store, opened);
  const records = storage.watched(opened);
  return { store, records, definer, storage, offTimes: await openOffTimes({ ...base, records }) };
}

interface Intake {
  readonly pipeline: Pipeline;
  readonly broker: Broker;
  readonly refusals: RefusalBook;
  /** Messages of the gateway's own. */
  send(messages: readonly OutMessage[]): void;
  /** Tells of every frame before it is decoded. */
  onFrame(listener: (frame: Frame) => void): void;
}

/** Everything a message passes before it is judged; from here on devices are let in. */
async function openIntake(
  base: Base,
  { store, records, definer, storage }: Stores,
  judgement: Judgement,
  { kept, unread }: Pick<Strangers, 'kept' | 'unread'>,
): Promise<Intake> {
  const { clock, log, closers, campus } = base;
  const outbox = createOutbox();
  const listeners: ((frame: Frame) => void)[] = [];
  const taught = await openTaughtMessages(records);
  heedTaught(taught.kept, { ...base, kept });
  const pipeline = createPipeline({
    ...{ clock, log, store, records },
    decode: (frame) => {
      for (const listener of listeners) listener(frame);
      const decoded = campus().decoder.decode(frame);
      const { topic, at, username: login } = frame;
      if (decoded.unread !== undefined) unread.add(decoded.unread, { topic, at, login });
      return decoded;
    },
    heard: judgement.heard,
    repeated: judgement.repeated,
    storeDown: (isDown) => isDown || storage.worked('readings'),
    refused: (error) => storage.failed('readings', error),
    aside: kept.aside,
    define: definer.ensure,
    send: outbox.send,
    remember: taught.keep,
    blocked: storage.blocked,
    asideBlocked: () => storage.refuses('records')?.sentence.en,
  });
  closers.push({ name: 'quarantine', close: () => pipeline.flush() });
  const refusals = createRefusalBook();
  const broker = await openBroker({
    ...{ ...base, storage, pipeline, onRefusal: refusals.note },
    onRetained: (entries) => heedRetained(entries, { ...base, kept }),
  });
  outbox.open(broker);
  closers.push({ name: 'broker', close: () => broker.close() });
  pollLines({ ...base, broker });
  return { pipeline, broker, refusals, send: outbox.send, onFrame: (listener) => void listeners.push(listener) };
}

/** Messages of the gateway's own; none can be asked for before the broker takes connections. */
function createOutbox(): { send(messages: readonly OutMessage[]): void; open(broker: Broker): void } {
  let broker: Broker | undefined;
  return {
    send: (messages) => {
      for (const { topic, payload, qos = 0, retain = false } of messages)
        broker?.publish(topic, payload, { qos, retain });
    },
    open: (opened) => {
      broker = opened;
    },
  };
}

interface Running {
  readonly base: Base;
  readonly stores: Stores;
  readonly judgement: Judgement;
  readonly intake: Intake;
  readonly cameras: CameraWatch;
  readonly strangers: Strangers;
}

/** Another config is in force: everything that remembers the old one follows in this turn of the event loop. */
async function takeOver(
  next: CampusInForce,
  before: CampusInForce,
  {
    base,
    stores,
    judgement,
    intake,
    cameras,
    strangers,
    homeAssistant,
  }: Running & {
    readonly homeAssistant: HomeAssistantAnnouncer;
  },
): Promise<void> {
  judgement.reload(next.config, next.calendar, base.clock.now());
  for (const username of revoked(before, next)) intake.broker.disconnect(username);
  if (deviceAuth(base.environment, next) === 'required') intake.broker.disconnect(ANONYMOUS);
  cameras.reload();
  await stores.definer.redefine(next.config.registry);
  strangers.unread.keep((device) => isDecodedAlike(before, next, device));
  strangers.profileSwitch.look();
  await strangers.kept.takeIn();
  homeAssistant.reload();
  base.campusTold.emit();
  if (!next.config.gateway.demo) await base.stage.end();
}

interface ApiParts extends Running {
  readonly history: History;
  readonly guard: HistoryGuard;
  readonly watch: ConfigWatch;
  configTrouble(): string | undefined;
}

async function openApi(parts: ApiParts): Promise<Api> {
  const { base, stores, judgement, intake, cameras, history, watch, strangers } = parts;
  const { clock, environment, dataDir, campus, log, closers } = base;
  const { store, records, storage, offTimes } = stores;
  const { broker } = intake;
  const readiness = createReadiness({
    clock,
    store: () => store.probe(),
    damage: parts.guard.detail,
    broker: () => (broker.isListening() ? undefined : 'not listening'),
    config: parts.configTrouble,
    storage: storage.list,
    freeMiB: storage.freeMiB,
    workers: () => Promise.all([store.head(), records.read({ sql: 'SELECT 1' })]),
  });
  const metrics = createGatewayMetrics(() =>
    gatewayFigures({
      ...base,
      store,
      storage,
      judgement,
      cameras,
      kept: strangers.kept,
      polls: campus().polls,
      ...intake,
    }),
  );
  const work = base.jobs.config;
  const files = createConfigFiles(environment.configDir, dataDir, work);
  const edits = createConfigEdits({ files, clock, work, takeOver: watch.check });
  const deps: ApiDeps = {
    ...{ clock, dataDir, store, records, ...history, ...readiness },
    ...edits,
    ...onboardingDeps({ ...base, ...stores, ...strangers, judgement, history, edits, pipeline: intake.pipeline }),
    ...jobDeps({ ...base, ...stores }),
    probes: cameras.states,
    refusals: intake.refusals.list,
    credentials: createDeviceLogins({ campus, edits, broker, environment }),
    looked: base.stage.looked,
    config: () => campus().config,
    calendar: () => campus().calendar,
    storageRefuses: storage.refuses,
    live: createLiveView({ judgement, records, clock, storage, offTimes, campus, onCampus: base.campusTold.add }),
    quarantine: ({ before, limit }) => listQuarantine(records, before, limit),
    metrics: metrics.text,
  };
  await createFirstAdmin(deps, environment);
  const api = await startApi({
    deps,
    host: environment.http.host,
    port: environment.http.port,
    staticDir: resolve(import.meta.dirname, '../../dashboard/dist'),
    log,
    onUpgrade: {
      get path() {
        return campus().config.gateway.mqtt.wsPath;
      },
      handle: broker.handleWebSocket,
    },
  });
  closers.push({ name: 'api', close: () => api.close() });
  return api;
}

function simulate(base: Base, stores: Stores, judgement: Judgement, history: History, broker: Broker): void {
  const { demoSecret: secret, environment, closers, stage } = base;
  if (secret === undefined) return;
  const { backtest } = jobDeps({ ...base, ...stores });
  const demo = startDemo({
    ...{ ...base, records: stores.records, history, backtest, act: judgement.act, secret },
    pastKnown: () => {
      stores.offTimes.pastKnown();
      base.campusTold.emit();
    },
    configDir: environment.configDir,
    mqttPort: broker.port,
  });
  stage.open(demo);
  closers.push({ name: 'simulator', close: () => demo.stop() });
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
