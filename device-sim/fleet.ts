/** The fleet: every device of the campus as a client of its own, ticking on one timer. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import { type Campus, readCampus } from './campus.ts';
import { createDeviceMemory } from './device-memory.ts';
import { createTalkers } from './encoders/encoder-of.ts';
import type { Talker } from './encoders/message.ts';
import { nativeStatus } from './encoders/native.ts';
import { type ActiveFault, createFaultBoard, type FaultBoard } from './faults/fault-board.ts';
import { createInstruments } from './faults/instruments.ts';
import { createLedger, type Ledger, type LedgerDetail } from './ledger/ledger.ts';
import { createReporter, type Reporter } from './reporter.ts';
import { playScenario } from './scenarios/play-scenario.ts';
import { loadScenario, type ScenarioStep } from './scenarios/scenario.ts';
import { createSession, type Session } from './session.ts';
import { type CampusTruth, createCampusTruth } from './signals/campus-truth.ts';
import { drawFrom, keyOf } from './signals/noise.ts';

export interface FleetOptions {
  /** A config folder, or what was read from one. */
  readonly config: string | Campus;
  readonly mqttUrl: string;
  /** The one secret of all simulated devices. */
  readonly password?: string;
  /** Username of the bridge that speaks for devices of other ecosystems; without it they stay silent. */
  readonly bridge?: string;
  readonly site?: string;
  readonly seed?: number;
  /** `demo`, `quiet`, `storm`, a YAML file, or steps; `quiet` when absent. */
  readonly scenario?: string | readonly ScenarioStep[];
  /** The scenario waits for `begin`; otherwise it begins with the fleet. */
  readonly waits?: boolean;
  /** File in which registers survive a restart; forgotten when absent. */
  readonly memoryFile?: string;
  readonly detail?: LedgerDetail;
  /** Epoch ms. */
  readonly clock?: () => number;
  /** Takes the ledger's lines. */
  readonly out?: (line: string) => void;
  /** Takes sentences for a log. */
  readonly log?: (sentence: string) => void;
}

export interface Fleet {
  readonly faults: FaultBoard;
  readonly truth: CampusTruth;
  readonly ledger: Ledger;
  readonly campus: Campus;
  /** Begins a scenario that waits; only the first call counts. */
  begin(): void;
  /** Devices that are played, and how many are connected. */
  connected(): { readonly devices: number; readonly sessions: number; readonly connected: number };
  /** Takes leave of the broker; afterwards no socket and no timer is left. */
  stop(): Promise<void>;
}

const TICK_MS = 250;
const CONNECTS_PER_TICK = 12;

/** @throws Error when config or scenario cannot be read; never because the broker cannot be reached. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const campus = typeof options.config === 'string' ? await readCampus(options.config) : options.config;
  const seed = options.seed ?? 1;
  const now = options.clock ?? Date.now;
  const { scenario = 'quiet' } = options;
  const steps = typeof scenario === 'string' ? await loadScenario(scenario, campus, seed) : scenario;
  const truth = createCampusTruth(campus, seed);
  const ledger = createLedger(truth, options.detail ?? 'all', options.out ?? (() => undefined));

  let crew: Crew | undefined;
  const board = createFaultBoard(campus, truth, (fault, phase, at) => {
    const { fault: name, params } = fault.spec;
    ledger.event(`fault-${phase}`, at, { id: fault.id, fault: name, devices: fault.devices, params });
    crew?.faultChanged(fault, at);
  });
  const memory = await createDeviceMemory(options.memoryFile, campus, truth, board, options.log);
  crew = createCrew(campus, seed, { ...options, truth, board, ledger });
  let play: ((at: number) => void) | undefined;
  const begin = (): void => {
    play ??= playScenario(steps, now(), board, ledger.event);
  };
  if (options.waits !== true) begin();

  const { devices, sessions, tick, close, connected } = crew;
  ledger.event('started', now(), { seed, devices, sessions });
  const run = (): void => {
    const at = now();
    play?.(at);
    board.advance(at);
    tick(at);
    memory.save(at);
  };
  const timer = setInterval(run, crew.tickMs);
  run();
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await close();
    const at = now();
    memory.flush(at);
    ledger.event('summary', at, { ...ledger.counts(), faults: board.active().length });
  };

  return {
    faults: board,
    truth,
    ledger,
    campus,
    begin,
    connected: () => ({ devices, sessions, connected: connected() }),
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

interface CrewContext extends FleetOptions {
  readonly truth: CampusTruth;
  readonly board: FaultBoard;
  readonly ledger: Ledger;
}

interface Crew {
  readonly devices: number;
  readonly sessions: number;
  readonly tickMs: number;
  tick(at: number): void;
  faultChanged(fault: ActiveFault, at: number): void;
  connected(): number;
  close(): Promise<void>;
}

interface Connection {
  readonly session: Session;
  readonly reporters: Reporter[];
  /** Cut when its device dies; a bridge stays on when one device behind it dies. */
  readonly isOwn: boolean;
}

/** Sessions and the devices that speak through them. */
function createCrew(campus: Campus, seed: number, context: CrewContext): Crew {
  const played = campus.devices.filter((device) => device.profile === 'native' || context.bridge !== undefined);
  const instruments = createInstruments(context.truth, context.board, seed);
  const connections = new Map<string, Connection>();
  const talkerFor = createTalkers();
  const localTime = localClock(campus.timeZone);

  for (const device of played) {
    const site = device.site ?? context.site ?? campus.defaultSite;
    const talker = talkerFor(device, { site, localTime });
    if (talker === undefined) {
      context.log?.(`${device.id}: profile ${device.profile} cannot be simulated`);
      continue;
    }
    const name = connectionName(device, talker, context.bridge);
    const connection = connections.get(name) ?? openConnection(name, device, talker, site, seed, context);
    connections.set(name, connection);
    const { session, reporters } = connection;
    reporters.push(createReporter({ device, talker, session, seed, instruments, ...context }));
  }

  const all = [...connections.values()];
  const reporters = new Map(
    all.flatMap((entry) => entry.reporters.map((reporter) => [reporter.device.id, { ...entry, reporter }])),
  );
  const unopened = [...all];
  return {
    devices: reporters.size,
    sessions: all.length,
    tickMs: tickFor(played),
    tick: (at) => {
      // A campus that is switched on does not connect in one instant either.
      for (const entry of unopened.splice(0, CONNECTS_PER_TICK)) {
        if (entry.reporters.some(({ device }) => !context.board.isDead(device.id))) entry.session.open();
      }
      for (const { reporter } of reporters.values()) reporter.tick(at);
    },
    faultChanged: (fault, at) => {
      for (const id of fault.devices) {
        const entry = reporters.get(id);
        if (entry === undefined) continue;
        const isAlone = entry.isOwn && entry.reporters.length === 1;
        if (isAlone && context.board.isDead(id)) entry.session.cut();
        else if (isAlone && !unopened.some(({ session }) => session === entry.session)) entry.session.open();
        if (entry.session.isConnected()) entry.reporter.report(at);
      }
    },
    connected: () => all.filter(({ session }) => session.isConnected()).length,
    close: async () => {
      unopened.length = 0;
      await Promise.all(all.map(({ session }) => session.close()));
    },
  };
}

/** A native device logs in as itself; others as the bridge, with a connection of their own where they need one. */
function connectionName(device: DeviceConfig, talker: Talker, bridge = device.id): string {
  if (device.profile === 'native') return device.id;
  const needsOwn = talker.connection !== undefined || talker.will !== undefined || talker.listens !== undefined;
  return needsOwn ? `${bridge}.${talker.connection ?? device.id}` : bridge;
}

function openConnection(
  name: string,
  device: DeviceConfig,
  talker: Talker,
  site: string,
  seed: number,
  context: CrewContext,
): Connection {
  const now = context.clock ?? Date.now;
  const isNative = device.profile === 'native';
  const { bridge = name } = context;
  const reporters: Reporter[] = [];
  const session = createSession({
    url: context.mqttUrl,
    name,
    ...(isNative ? {} : { username: bridge }),
    password: context.password,
    will: () => (isNative ? nativeStatus(site, name, 'offline') : talker.will?.()),
    listens: talker.listens ?? [],
    draw: drawFrom(seed ^ keyOf(name)),
    onError: (message) => context.log?.(`${name}: ${message}`),
    onConnect: () => {
      const first = isNative ? [nativeStatus(site, name, 'online')] : (talker.born?.(now()) ?? []);
      for (const message of first) session.publish(message, () => undefined);
      for (const reporter of reporters) reporter.report(now());
    },
    // One device of a shared connection answers for all.
    onMessage: (payload) =>
      reporters.find((reporter) => !context.board.isDead(reporter.device.id))?.hear(payload, now()),
  });
  return { session, reporters, isOwn: isNative || name !== bridge };
}

function localClock(timeZone: string): (at: number) => string {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return (at) => clock.format(at).replace(' ', 'T');
}

/** Devices that report several times a second, as tests have them, need a finer tick. */
function tickFor(devices: readonly DeviceConfig[]): number {
  const fastest = Math.min(...devices.map((device) => device.intervalS * 500), TICK_MS);
  return Math.max(20, fastest);
}
