/** What one message yields while it is being decoded, before anybody asks whose device it is. */
import type { DeviceKind, QuarantineReason } from '#contract/enums.ts';
import type { LocalTime } from './local-time.ts';
import type { Captures } from './topic-pattern.ts';

/** A measurement at the level of addresses. */
export interface Sample {
  readonly address: string;
  readonly metric: string;
  readonly value: number;
  /** Epoch ms; undefined when the message carried no time, NaN when it carried one that cannot be read. */
  readonly ts: number | undefined;
  /** Measured earlier and sent afterwards: says nothing about now. */
  readonly backfill?: true;
  /** Counts only for a device that is configured as one of these kinds. */
  readonly only?: readonly DeviceKind[];
  /** What stood in the message, for a name that the device gave itself. */
  readonly raw?: unknown;
  /** Where the value stands, for the case that its metric cannot be told. */
  readonly place?: Place;
}

/** `property:BME280.Temperature` of the emit that took a value, and where it stood in the message. */
export interface Place {
  nameOf(place: Place): string;
  readonly where: string;
  readonly captures: Captures;
  /** What its path starts from. */
  readonly node: unknown;
  /** Another that says the same metric has it. */
  readonly yields: boolean;
}

/** A text under a name of the device's own: a value only where devices.yaml maps its words. */
export interface OwnWord {
  readonly address: string;
  /** As `others` gives it: `property:{key}`; a native name as it stands. */
  readonly name: string;
  readonly raw: unknown;
  readonly ts: number | undefined;
}

/** Where the values of one address stand in a message. */
export interface Base {
  readonly address: string;
  readonly value: unknown;
  readonly ts: number | undefined;
  readonly backfill: boolean;
}

export interface Fault {
  readonly reason: QuarantineReason;
  readonly detail: string;
  readonly address: string | undefined;
  /** The device itself says that something is wrong: nothing that speaks against its profile. */
  readonly byDevice?: true;
}

export interface Run {
  /** Arrival, epoch ms. */
  readonly at: number;
  readonly local: LocalTime;
  readonly samples: Sample[];
  readonly faults: Fault[];
  readonly words: OwnWord[];
  readonly bases: Base[];
  /** Values that a rule took up, also those it makes nothing of. */
  taken: number;
  /** Addresses the message speaks of, whether or not it has a value of them. */
  readonly touched: Set<string>;
  /** The one that sent it, as far as can be told; the others are spoken of. */
  subject: string | undefined;
  /** What is added now was measured earlier and sent afterwards. */
  backfill: boolean;
  /** What is added now counts only for devices of these kinds. */
  only: readonly DeviceKind[] | undefined;
  /** Path of the member that is being read, inside its device: `BME280`. */
  where: string;
  /** What is added now leaves its metric to another that says the same. */
  yields: boolean;
  /** What the paths of the emit at work start from. */
  node: unknown;
  /** More than MAX_SAMPLES: nothing of the message is taken. */
  overflow: boolean;
}

export interface Scope {
  readonly captures: Captures;
  readonly address: string | undefined;
  readonly ts: number | undefined;
}

export const MAX_SAMPLES = 1_000;
const MAX_FAULTS = 32;
const MAX_ADDRESS_LENGTH = 256;

export function newRun(at: number, local: LocalTime): Run {
  const empty = { samples: [], faults: [], words: [], bases: [], touched: new Set<string>(), subject: undefined };
  return {
    at,
    local,
    ...empty,
    taken: 0,
    backfill: false,
    only: undefined,
    where: '',
    yields: false,
    node: undefined,
    overflow: false,
  };
}

export function addSample(run: Run, sample: Sample): void {
  if (run.samples.length >= MAX_SAMPLES) run.overflow = true;
  else {
    const kinds = run.only === undefined ? {} : { only: run.only };
    run.samples.push(
      run.backfill || run.only ? { ...sample, ...(run.backfill && { backfill: true }), ...kinds } : sample,
    );
  }
}

const MAX_WORDS = 256;

export function addWord(run: Run, word: OwnWord): void {
  if (run.words.length < MAX_WORDS && !run.backfill && run.only === undefined) run.words.push(word);
}

export function addFault(run: Run, reason: QuarantineReason, detail: string, address?: string, byDevice = false): void {
  if (run.faults.length >= MAX_FAULTS) return;
  run.faults.push({ reason, detail, address, ...(byDevice ? { byDevice } : {}) });
}

/** @returns false for an address nobody could have written into devices.yaml */
export function isAddress(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_ADDRESS_LENGTH;
}
