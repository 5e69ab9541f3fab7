/** Starts the steps of a scenario when their time has come. */
import type { FaultBoard } from '../faults/fault-board.ts';
import type { ScenarioStep } from './scenario.ts';

export type StoryEvent = (
  event: 'story-started' | 'story-failed',
  at: number,
  detail: Readonly<Record<string, unknown>>,
) => void;

/** @returns a function to be called with the time, as often as you like. */
export function playScenario(
  steps: readonly ScenarioStep[],
  startAt: number,
  board: FaultBoard,
  onStory: StoryEvent,
): (at: number) => void {
  const timetable = steps.map((step) => ({ step, next: startAt + step.atS * 1_000 }));
  return (at) => {
    for (const entry of timetable) {
      if (at < entry.next) continue;
      const { step } = entry;
      // After a suspended machine wakes up a repetition that was slept through is not made up for.
      const everyMs = step.everyS === undefined ? Number.POSITIVE_INFINITY : step.everyS * 1_000;
      entry.next += everyMs * (1 + Math.floor((at - entry.next) / everyMs));
      const started = board.start(step.spec, at);
      const story = step.story ?? step.spec.fault;
      if (started.ok) onStory('story-started', at, { story, fault: started.fault.id, devices: started.fault.devices });
      else onStory('story-failed', at, { story, reason: started.reason });
    }
  };
}
