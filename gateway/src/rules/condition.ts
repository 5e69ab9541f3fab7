/** What every kind of condition is to the engine. A kind is one file; the list of kinds is create-condition.ts. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Reading } from '#contract/readings.ts';
import type { SchoolCalendar } from '../calendar/school-calendar.ts';
import type { DeviceFacts } from './device-facts.ts';
import type { Phase, Verdict } from './phase.ts';

export interface ConditionContext {
  readonly device: DeviceConfig;
  readonly intervalMs: number;
  readonly facts: DeviceFacts;
  readonly calendar: SchoolCalendar;
  /** Deadlines up to here are done; the first own one comes later. */
  readonly startAt: number;
}

/** How bad it is. */
export interface Extent {
  /** In `unit`; null when it cannot be said. */
  readonly amount: number | null;
  readonly unit: string;
  /** The figure the sentence names: worst value, lowest flow. */
  readonly value: number | null;
}

/**
 * A small state machine over one device. It says whether it holds; `for`, clear delay, unknown and alerts are not its
 * business. Every method may be called with times that only grow.
 */
export interface Condition {
  /** Judged on signs of life, not on values. */
  readonly ofLife?: boolean;
  reads(metric: string): boolean;
  /** Takes a value in; the facts already hold it. `previous` is the value before it. Undefined: nothing to say. */
  reading(at: number, reading: Reading, phase: Readonly<Phase>): Verdict | undefined;
  /** Its next own deadline; Infinity when there is none. */
  due(phase: Readonly<Phase>): number;
  deadline(at: number, phase: Readonly<Phase>): Verdict | undefined;
  /** What it says at `at` from the last known values alone. */
  judge(at: number, phase: Readonly<Phase>): Verdict | undefined;
  /** Would the value known now be too old at `at` to fire or clear on? */
  unsure(at: number): boolean;
  /** Own deadlines up to `at` have passed unseen. */
  skipTo(at: number): void;
  extent(since: number, until: number): Extent;
  /** Back to ok: what was added up for this episode is forgotten. */
  ended(): void;
  /** What must survive a restart besides facts and phase; undefined for nothing. */
  save(): unknown;
}

export const NEVER = Number.POSITIVE_INFINITY;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
