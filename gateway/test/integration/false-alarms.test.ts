/**
 * A restart is not an outage. 200 cameras: whatever happens to the gateway, its store, its clock or the connections, no
 * camera is reported dead that lives; each that dies is reported, in time. HOUQIN_BLIPS sets how many disturbances.
 */
import { expect, test } from 'vitest';
import { CAMERAS, type CameraFleet, cameraFleet, SWITCHES } from './camera-fleet.ts';

const BLIPS = Number(process.env['HOUQIN_BLIPS'] ?? 18);
const SEED = Number(process.env['HOUQIN_SEED'] ?? 20_260_302);
const DETECTED_WITHIN_MS = 35_000;
/** Longer than any grace, so that what a disturbance left behind would show. */
const AFTERMATH_MS = 100_000;

type Blip = (fleet: CameraFleet, random: () => number, look: () => void) => Promise<void>;

const BLIPS_BY_NAME: Readonly<Record<string, Blip>> = {
  restart: (fleet, random, look) => fleet.restart(500 + random() * 119_500, 30_000, look),
  'two restarts': async (fleet, random, look) => {
    await fleet.restart(random() * 20_000, 30_000, look);
    await fleet.pass(random() * 40_000, look);
    await fleet.restart(random() * 20_000, 30_000, look);
  },
  'store fails': (fleet, random, look) => fleet.storeFails(1_000 + random() * 119_000, look),
  'all connections break': async (fleet, random) => fleet.drop(fleet.ids, 1_000 + random() * 9_000),
  'some connections break': async (fleet, random) =>
    fleet.drop(
      fleet.ids.filter(() => random() < 0.1),
      random() * 5_000,
    ),
  'the clock is set': async (fleet, random) =>
    fleet.stepClock((random() < 0.5 ? -1 : 1) * Math.round(random() * 86_400_000)),
};

test(`${BLIPS} disturbances: nobody alive is reported dead, every death is reported in time`, async () => {
  const random = mulberry32(SEED);
  const fleet = await cameraFleet(random);
  const wrong: string[] = [];
  const delays: number[] = [];
  let during = 'start';
  const look = (): void => {
    for (const device of fleet.firing())
      if (!fleet.isOrWasDead(device)) wrong.push(`${device} after ${during}, seed ${SEED}`);
  };
  await fleet.pass(60_000, look);
  const names = Object.keys(BLIPS_BY_NAME);
  for (let blip = 0; blip < BLIPS && wrong.length === 0; blip += 1) {
    during = names[blip % names.length] ?? '';
    await BLIPS_BY_NAME[during]?.(fleet, random, look);
    await fleet.pass(AFTERMATH_MS, look);
    delays.push(await deathOf(fleet, `cam-${Math.floor(random() * CAMERAS)}`, look));
  }
  expect(wrong).toEqual([]);
  expect(Math.max(...delays), `seed ${SEED}`).toBeLessThanOrEqual(DETECTED_WITHIN_MS);
}, 3_600_000);

test('a switch that dies is one incident; everything silent at once is one incident of the core', async () => {
  const fleet = await cameraFleet(mulberry32(SEED));
  const seen = new Set<string>();
  const look = (): void => {
    if (fleet.firing().length > 0) for (const cause of fleet.causes()) seen.add(cause);
  };
  await fleet.pass(60_000, look);
  fleet.kill('sw-3', 90_000);
  await fleet.pass(150_000, look);
  expect([...seen]).toEqual(['sw-3']);
  expect(fleet.causes()).toEqual([]);
  seen.clear();
  for (let n = 0; n < SWITCHES; n += 1) fleet.kill(`sw-${n}`, 90_000);
  await fleet.pass(80_000, look);
  expect(fleet.causes()).toEqual(['core']);
  await fleet.pass(70_000, look);
  expect(fleet.causes()).toEqual([]);
}, 60_000);

/** @returns ms from its death until it was reported; it is back and well when this resolves */
async function deathOf(fleet: CameraFleet, device: string, look: () => void): Promise<number> {
  const died = fleet.now();
  let reported = Number.POSITIVE_INFINITY;
  const watch = (): void => {
    look();
    if (fleet.firing().includes(device)) reported = Math.min(reported, fleet.now());
  };
  fleet.kill(device, 60_000);
  await fleet.pass(60_000, watch);
  await fleet.pass(30_000, look);
  return reported - died;
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
