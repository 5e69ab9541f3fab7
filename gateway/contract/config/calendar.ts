/** config/calendar.yaml: the school's year (校历), bells and when each kind of place is open. */
import { z } from 'zod';
import { date, dayType, id, name, timeOfDay, timeRange } from './common.ts';

const override = z
  .strictObject({
    /** One day, or `from`/`to` inclusive; with none of them the override always holds. */
    date: date.optional(),
    from: date.optional(),
    to: date.optional(),
    type: dayType,
    /** Places it holds for, children included; everywhere when absent. */
    places: z.array(id).optional(),
    name: name.optional(),
  })
  .refine((o) => o.date === undefined || (o.from === undefined && o.to === undefined), 'either date, or from and to');

const bell = z.strictObject({ id, name, from: timeOfDay, to: timeOfDay });

const placeProfile = z.strictObject({
  name,
  /** Open ranges per day type; a day type that is absent is closed all day. `makeup`, `exam` and `half-day` fall back to `school`. */
  open: z.partialRecord(dayType, z.array(timeRange)),
  /** Server rooms, dormitories: never closed. */
  alwaysOpen: z.boolean().default(false),
});

export const calendarConfig = z.strictObject({
  /** Public holidays and make-up days shipped for this country; `none` for none. */
  holidays: z.enum(['CN', 'none']).default('CN'),
  terms: z.array(z.strictObject({ id, name, from: date, to: date })).default([]),
  overrides: z.array(override).default([]),
  /** Bell periods per day type; `makeup`, `exam` and `half-day` fall back to `school`. */
  bells: z.partialRecord(dayType, z.array(bell)).default({}),
  placeProfiles: z.record(z.string(), placeProfile),
});

export type CalendarConfig = z.output<typeof calendarConfig>;
