import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readCampus } from '../campus.ts';
import { createFaultBoard } from '../faults/fault-board.ts';
import { playScenario } from '../scenarios/play-scenario.ts';
import { loadScenario, type ScenarioStep } from '../scenarios/scenario.ts';
import { createCampusTruth } from '../signals/campus-truth.ts';
import { smallCampus } from './small-campus.ts';

const shipped = await readCampus(new URL('../../config', import.meta.url).pathname);

interface Moment {
  readonly s: number;
  readonly what: string;
}

/** Plays a scenario second by second. */
function timetable(
  steps: readonly ScenarioStep[],
  seconds: number,
  campus = shipped,
  startAt = 1_795_000_000_000,
): Moment[] {
  const moments: Moment[] = [];
  const truth = createCampusTruth(campus, 1);
  const note = (what: string, at: number) => moments.push({ s: (at - startAt) / 1_000, what });
  const board = createFaultBoard(campus, truth, (fault, phase, at) => note(`${fault.spec.fault} ${phase}`, at));
  const play = playScenario(steps, startAt, board, (event, at, { story, reason }) => {
    if (event === 'story-failed') note(`${story}: ${reason}`, at);
  });
  for (let at = startAt; at <= startAt + seconds * 1_000; at += 1_000) {
    play(at);
    board.advance(at);
  }
  return moments;
}

describe('demo', () => {
  test('begins three stories early enough for the shipped rules, ends each, and tells them again every hour', async () => {
    const moments = timetable(await loadScenario('demo', shipped, 1), 3_650);
    expect(moments).toEqual([
      { s: 5, what: 'left-on started' },
      { s: 8, what: 'door-open started' },
      { s: 15, what: 'switch-dead started' },
      { s: 255, what: 'switch-dead ended' },
      { s: 308, what: 'door-open ended' },
      { s: 365, what: 'left-on ended' },
      { s: 3_605, what: 'left-on started' },
      { s: 3_608, what: 'door-open started' },
      { s: 3_615, what: 'switch-dead started' },
    ]);
  });

  test('takes a switch with eight cameras, and places that are closed at any hour', async () => {
    const steps = await loadScenario('demo', shipped, 1);
    const truth = createCampusTruth(shipped, 1);
    const board = createFaultBoard(shipped, truth, () => undefined);
    const held = steps.map((step) => {
      const started = board.start(step.spec, 0);
      return started.ok ? started.fault.devices : [];
    });
    expect(held[0]).toEqual(['elec-room-301']);
    expect(held[1]).toEqual(['door-gate-east']);
    expect(held[2]).toHaveLength(9);
    for (let day = 20_000; day < 21_500; day += 1) {
      for (const place of ['room-301', 'gate-east']) expect(truth.school.plan(place, day).open).toEqual([]);
    }
  });
});

test('quiet does nothing, storm does everything, on devices the seed chooses', async () => {
  expect(await loadScenario('quiet', shipped, 1)).toEqual([]);
  const moments = timetable(await loadScenario('storm', shipped, 1), 900);
  const kinds = new Set(moments.map(({ what }) => what.split(' ')[0]));
  expect(kinds.size).toBe(12);
  expect(moments.filter(({ what }) => what.includes(':'))).toEqual([]);
  expect(await loadScenario('storm', shipped, 1)).toEqual(await loadScenario('storm', shipped, 1));
  expect(await loadScenario('storm', shipped, 2)).not.toEqual(await loadScenario('storm', shipped, 1));
});

describe('a scenario file', () => {
  const write = (text: string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'houqin-sim-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'my.yaml'), text);
    return join(folder, 'my.yaml');
  };

  test('is a list of steps', async () => {
    const file = write(
      '- {atS: 3, forS: 4, fault: leak, device: water, params: {lph: 80}}\n- {atS: 5, fault: drop, place: nowhere}\n',
    );
    expect(timetable(await loadScenario(file, smallCampus(), 1), 20, smallCampus())).toEqual([
      { s: 3, what: 'leak started' },
      { s: 5, what: 'drop: unknown-place' },
      { s: 7, what: 'leak ended' },
    ]);
  });

  test('with a mistake names the step', async () => {
    const file = write('- {atS: 3, fault: leak, device: water}\n- {atS: 3, fault: leek, device: water}\n');
    await expect(loadScenario(file, smallCampus(), 1)).rejects.toThrow(/my\.yaml: 1\.fault/);
    await expect(loadScenario('/nowhere.yaml', smallCampus(), 1)).rejects.toThrow(/nowhere/);
  });
});

test('what was slept through is not made up for', () => {
  const steps: ScenarioStep[] = [
    { atS: 1, everyS: 10, story: undefined, spec: { fault: 'drop', device: 'main', params: { share: 1 }, forS: 2 } },
  ];
  const campus = smallCampus();
  const starts: number[] = [];
  const board = createFaultBoard(campus, createCampusTruth(campus, 1), (_, phase, at) => {
    if (phase === 'started') starts.push(at);
  });
  const play = playScenario(steps, 0, board, () => undefined);
  for (const at of [0, 1_000, 1_500, 3_600_000, 3_600_500, 3_601_000]) play(at);
  expect(starts).toEqual([1_000, 3_600_000, 3_601_000]);
});
