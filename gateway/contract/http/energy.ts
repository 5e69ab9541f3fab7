/** Series and consumption. */
import { z } from 'zod';
import { RESOURCES } from '../enums.ts';
import { epochMs, flags, quality, timeParam } from './common.ts';

export const STEPS_MS = { '60s': 60_000, '15m': 900_000, '1h': 3_600_000, '1d': 86_400_000 } as const;

export const seriesQuery = z.strictObject({
  device: z.string().max(64),
  metric: z.string().max(64),
  from: timeParam,
  to: timeParam,
  /** Absent: raw points, with a cursor. */
  step: z.enum(['60s', '15m', '1h', '1d']).optional(),
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(5_000),
});
export const seriesPoint = z.strictObject({
  ts: epochMs,
  /** Raw points of a clock that was ahead, and what came right after: the instant they stand for. Absent: `ts`. */
  standsAt: epochMs.optional(),
  /** null: nothing was received in this step. */
  value: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  count: z.number().int(),
  quality,
  flags,
});
export const seriesResponse = z
  .strictObject({
    device: z.string(),
    metric: z.string(),
    unit: z.string(),
    /** 0 for raw points. */
    stepMs: z.number().int(),
    points: z.array(seriesPoint),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'Series' });

export const consumptionQuery = z.strictObject({
  place: z.string().max(64).optional(),
  device: z.string().max(64).optional(),
  resource: z.enum(RESOURCES),
  from: timeParam,
  to: timeParam,
  step: z.enum(['hour', 'day', 'month']),
});
export const consumptionBucket = z.strictObject({
  from: epochMs,
  to: epochMs,
  /** null: nothing is known of this bucket. */
  value: z.number().nullable(),
  quality,
  flags,
  /** Share of the bucket that is known, 0..1: a sum of which a part is missing must not look whole. */
  completeness: z.number().min(0).max(1).optional(),
});
export const consumptionResponse = z
  .strictObject({
    resource: z.enum(RESOURCES),
    unit: z.string(),
    /** Sum of the known buckets; null when none is known. */
    total: z.number().nullable(),
    /** Share of the asked time that is known, 0..1. */
    completeness: z.number().min(0).max(1),
    yuan: z.number().nullable(),
    /** `yuan` rests on a tariff marked `example`: pages say so beside it. */
    yuanIsExample: z.boolean().optional(),
    /** How many meters the sum counts, those without data included. */
    meters: z.number().int().optional(),
    /** How many of those meters have a price: without one `yuan` is null, which a day without data is too. */
    priced: z.enum(['all', 'some', 'none']).optional(),
    buckets: z.array(consumptionBucket),
    /**
     * Place's own meters minus the nearest meters below, over the hours that all of them know; null when one side has no
     * meter or there is no such hour.
     */
    unmetered: z.number().nullable(),
    /** What `unmetered` leaves out; absent when every hour is known so far: total = sum below + unmetered + amount. */
    unmatched: z
      .strictObject({
        /** Own meters minus those below in the other hours, as far as either is known. */
        amount: z.number(),
        /** Meters that lack hours of those that have begun, those which lack most first, at most 20. since: first known instant of the range, null: none. */
        meters: z.array(z.strictObject({ device: z.string(), hours: z.number().int(), since: epochMs.nullable() })),
      })
      .optional(),
    /** Register steps that could not be explained, in the range. */
    steps: z.array(
      z.strictObject({ device: z.string(), at: epochMs, kind: z.string(), before: z.number(), after: z.number() }),
    ),
  })
  .meta({ id: 'Consumption' });

export const WASTE_MAX = { weeks: 12, rooms: 200 } as const;

export const wasteQuery = z.strictObject({
  /** The places below it; the whole campus when absent. */
  place: z.string().max(64).optional(),
  resource: z.enum(RESOURCES).default('electricity'),
  /** The running week and those before it. */
  weeks: z.coerce.number().int().min(1).max(WASTE_MAX.weeks).default(4),
  limit: z.coerce.number().int().min(1).max(WASTE_MAX.rooms).default(50),
});
const wasteFigures = {
  /** Used while the place was closed; null when nothing is known. */
  amount: z.number().nullable(),
  /** Null also when a part of it has no price. */
  yuan: z.number().nullable(),
  /** Share of the closed time that is known, 0..1. */
  completeness: z.number().min(0).max(1),
};
export const wasteRoom = z.strictObject({
  place: z.string(),
  ...wasteFigures,
  yuanIsExample: z.boolean().optional(),
  /** Of all that the place used in these weeks, 0..1. */
  share: z.number().min(0).max(1).nullable(),
  weeks: z.array(z.strictObject(wasteFigures)),
});
export const wasteResponse = z
  .strictObject({
    resource: z.enum(RESOURCES),
    unit: z.string(),
    /** From Monday, the oldest first; the last one is running. */
    weeks: z.array(z.strictObject({ from: epochMs, to: epochMs })),
    /** Places with a meter of their own and none below, the worst first. */
    rooms: z.array(wasteRoom),
    roomsInAll: z.number().int(),
    /** Metered places that the calendar never closes: they are not listed. */
    alwaysOpen: z.number().int(),
    /** Years of these weeks without holiday data: there closed hours follow the days of the week. */
    missingYears: z.array(z.number().int()),
  })
  .meta({ id: 'Waste' });

export type WasteQuery = z.output<typeof wasteQuery>;
export type WasteRoom = z.output<typeof wasteRoom>;
export type WasteResponse = z.output<typeof wasteResponse>;
export type SeriesResponse = z.output<typeof seriesResponse>;
export type SeriesPoint = z.output<typeof seriesPoint>;
export type ConsumptionResponse = z.output<typeof consumptionResponse>;
export type ConsumptionBucket = z.output<typeof consumptionBucket>;
