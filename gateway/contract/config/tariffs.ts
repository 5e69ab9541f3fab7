/** config/tariffs.yaml: prices per class. No price is assumed: without an entry yuan is null. */
import { z } from 'zod';
import { RESOURCES } from '../enums.ts';
import { date, name } from './common.ts';

export const tariff = z.strictObject({
  /** Referred to by `priceClass` of a device. */
  priceClass: z.string().min(1).max(64),
  name,
  resource: z.enum(RESOURCES),
  /** Yuan per kWh or per m³, flat, from each date on (inclusive). */
  prices: z.array(z.strictObject({ from: date, yuan: z.number().nonnegative() })).min(1),
  /** Example figures, marked as such wherever they are shown. */
  example: z.boolean().default(false),
});

export const tariffsConfig = z.strictObject({
  /** Class used for devices that name none. */
  defaults: z.strictObject({ electricity: z.string().optional(), water: z.string().optional() }).default({}),
  tariffs: z.array(tariff).default([]),
});

export type TariffsConfig = z.output<typeof tariffsConfig>;
