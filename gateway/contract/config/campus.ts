/** config/campus.yaml: sites and the tree of places. */
import { z } from 'zod';
import { PLACE_KINDS } from '../enums.ts';
import { id, name, timeZone } from './common.ts';

export const place = z.strictObject({
  id,
  name,
  kind: z.enum(PLACE_KINDS),
  /** Place above this one; a place without a parent is a root of the tree. */
  parent: id.optional(),
  /** Place profile of calendar.yaml; inherited from the parent when absent. */
  profile: id.optional(),
  areaM2: z.number().positive().optional(),
  heads: z.number().int().nonnegative().optional(),
});

export const campusConfig = z.strictObject({
  name,
  timeZone: timeZone.default('Asia/Shanghai'),
  sites: z.array(z.strictObject({ id, name })).min(1),
  places: z.array(place).min(1),
});

export type PlaceConfig = z.output<typeof place>;
export type CampusConfig = z.output<typeof campusConfig>;
