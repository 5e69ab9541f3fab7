/**
 * 200 cameras behind ten switches behind one mute core, in virtual time, in front of the real judgement. What the world
 * does to them is the truth; what fires is compared with it by whoever plays.
 */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import { type CampusInForce, campusFrom } from '../../src/campus-in-force.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { createJudgement, type Judgement } from '../../src/judgement.ts';
import { manualClock } from '../../src/shared/clock.ts';
import { loadJudgeState } from '../../src/store/judge-records.ts';
import type { JournalEntry } from '../../src/store/reading-store.ts';
import { testRecords } from '../api/test-records.ts';
import { fullDisk } from './disk-trouble.ts';

export const SWITCHES = 10;
export const CAMERAS = 200;
const INTERVAL_MS = 10_000;
const STEP_MS = 500;
const START = Date.parse('2026-03-02T08:00:00+08:00');

interface Thing {
  readonly id: string;
  readonly camera: boolean;
  /** What carries its messages. */
  readonly behind: string;
  beatAt: number;
  reachableAt: number;
  deadUntil: number;
}

export interface CameraFleet {
  now(): number;
  /** Lets time pass; `look` is asked after every step. */
  pass(ms: number, look: () => void): Promise<void>;
  /** Out of power until then; a switch takes its cameras along. */
  kill(device: string, ms: number): void;
  /** The connection breaks: a will at once, back after `ms`. */
  drop(devices: readonly string[], ms: number): void;
  /** The process dies and is gone for `ms`; devices find it again within `reconnectMs`. */
  restart(ms: number, reconnectMs: number, look: () => void): Promise<void>;
  /** The store cannot commit for `ms`; after ten seconds publishers are closed. */
  storeFails(ms: number, look: () => void): Promise<void>;
  /** The machine's clock is set. */
  stepClock(ms: number): void;
  /** Devices of firing alerts; what the gateway says of itself is not one of them. */
  firing(): readonly string[];
  /** Incidents that fire, by their cause. */
  causes(): readonly string[];
  /** Dead now, or not dead for long enough yet to have been heard again. */
  isOrWasDead(device: string): boolean;
  readonly ids: readonly string[];
}

export async function cameraFleet(random: () => number): Promise<CameraFleet> {
  const campus = await fleetCampus();
  const clock = manualClock(START);
  const records = testRecords();
  const things = fleetThings(random);
  const ids = things.map(({ id }) => id);
  const journal: JournalEntry[] = [];
  let seq = 0;
  let storeIsDown = false;
  let judgement: Judgement | undefined;

  const boot = async (): Promise<void> => {
    const state = await loadJudgeState(records, clock.now(), () => 'epoch');
    const onJudged = (cursor: number): void => {
      while ((journal[0]?.seq ?? Number.POSITIVE_INFINITY) <= cursor) journal.shift();
    };
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const { config, calendar } = campus;
    const next = createJudgement({ clock, config, calendar, records, state, latest: [], onJudged, log });
    for (const entry of journal.filter((one) => one.seq > state.cursor)) next.commit(entry);
    next.resume(clock.now(), 'gateway-start');
    judgement = next;
  };
  const say = (thing: Thing, metrics: readonly string[], value: number, flags: number): void => {
    const at = clock.now();
    if (storeIsDown) {
      judgement?.heard([thing.id], at);
      return;
    }
    seq += 1;
    const readings = metrics.map(
      (metric): Reading => ({ device: thing.id, metric, ts: at, value, flags, receivedAt: at }),
    );
    journal.push({ seq, readings });
    judgement?.commit({ seq, readings });
  };
  const dead = (thing: Thing): boolean =>
    thing.deadUntil > clock.now() || things.some((other) => other.id === thing.behind && dead(other));
  const beat = (thing: Thing): void => {
    thing.beatAt += INTERVAL_MS + 600 * (random() - 0.5);
    if (judgement === undefined || thing.reachableAt > clock.now() || dead(thing)) return;
    say(thing, thing.camera ? ['online', 'camera_online'] : ['online'], 1, 0);
  };
  const pass = async (ms: number, look: () => void): Promise<void> => {
    for (let until = clock.now() + ms; clock.now() < until; ) {
      clock.set(clock.now() + STEP_MS);
      for (const thing of things) if (thing.beatAt <= clock.now()) beat(thing);
      judgement?.tick(clock.now());
      // Checkpoints are written between the turns.
      await new Promise(setImmediate);
      look();
    }
  };
  const drop = (devices: readonly string[], ms: number): void => {
    for (const thing of things) {
      if (!devices.includes(thing.id)) continue;
      thing.reachableAt = Math.max(thing.reachableAt, clock.now() + ms);
      if (!storeIsDown) say(thing, ['online'], 0, FLAG_BITS.will);
    }
  };

  await boot();
  return {
    now: clock.now,
    pass,
    drop,
    kill(device, ms) {
      for (const thing of things) if (thing.id === device) thing.deadUntil = clock.now() + ms;
    },
    async restart(ms, reconnectMs, look) {
      judgement = undefined;
      await pass(ms, look);
      for (const thing of things) thing.reachableAt = clock.now() + random() * reconnectMs;
      await boot();
    },
    async storeFails(ms, look) {
      storeIsDown = true;
      judgement?.storage([fullDisk(clock.now())], clock.now());
      const heldMs = Math.min(ms, 10_000);
      await pass(heldMs, look);
      for (const thing of things) thing.reachableAt = clock.now() + ms - heldMs + 5_000 * random();
      await pass(ms - heldMs, look);
      storeIsDown = false;
      judgement?.storage([], clock.now());
    },
    stepClock(ms) {
      clock.step(ms);
      const by = clock.resync();
      for (const thing of things) {
        thing.beatAt += by;
        thing.reachableAt += by;
        thing.deadUntil += by;
      }
      judgement?.resume(clock.now(), 'clock-step');
    },
    firing: () =>
      (judgement?.stats().firing ?? 0) === 0
        ? []
        : (judgement?.currentAlerts() ?? [])
            .filter(({ state, device }) => state === 'firing' && ids.includes(device))
            .map(({ device }) => device),
    causes: () =>
      (judgement?.currentIncidents() ?? []).filter(({ state }) => state === 'firing').map(({ cause }) => cause),
    isOrWasDead(device) {
      const thing = things.find(({ id }) => id === device);
      if (thing === undefined) return false;
      const back = Math.max(thing.deadUntil, things.find(({ id }) => id === thing.behind)?.deadUntil ?? 0);
      return back + 2 * INTERVAL_MS > clock.now();
    },
    ids,
  };
}

function fleetThings(random: () => number): Thing[] {
  const thing = (id: string, camera: boolean, behind: string): Thing => ({
    ...{ id, camera, behind, reachableAt: 0, deadUntil: 0 },
    beatAt: START + random() * INTERVAL_MS,
  });
  return [
    ...Array.from({ length: SWITCHES }, (_, n) => thing(`sw-${n}`, false, 'core')),
    ...Array.from({ length: CAMERAS }, (_, n) => thing(`cam-${n}`, true, `sw-${n % SWITCHES}`)),
  ];
}

async function fleetCampus(): Promise<CampusInForce> {
  const dir = await mkdtemp(join(tmpdir(), 'houqin-fleet-'));
  const device = (id: string, kind: string, parent?: string): string =>
    `  - { id: ${id}, name: { zh: ${id}, en: ${id} }, kind: ${kind}, place: gate-east, intervalS: 10${parent === undefined ? '' : `, dependsOn: [${parent}]`} }`;
  const devices = [
    // No switch by its kind: the rule would report that it was never heard, and rightly.
    device('core', 'sensor'),
    ...Array.from({ length: SWITCHES }, (_, n) => device(`sw-${n}`, 'switch', 'core')),
    ...Array.from({ length: CAMERAS }, (_, n) => device(`cam-${n}`, 'camera', `sw-${n % SWITCHES}`)),
  ];
  try {
    await cp(join(import.meta.dirname, '../campus-config'), dir, { recursive: true });
    await writeFile(join(dir, 'devices.yaml'), `devices:\n${devices.join('\n')}\n`);
    await writeFile(join(dir, 'rules.yaml'), RULES);
    const read = campusFrom(await loadConfig(dir));
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    return read.campus;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const RULES = `rules:
  - { id: camera-silent, name: { zh: 摄像头无心跳, en: Camera silent }, kind: silent, select: { kind: camera }, intervals: 3 }
  - { id: switch-silent, name: { zh: 交换机断线, en: Switch silent }, kind: silent, select: { kind: switch }, intervals: 3, severity: critical }
`;
