/** Shapes shared by the config files. */
import { z } from 'zod';
import { isDisplayName, MAX_NAME } from '../display-name.ts';
import { DAY_TYPES } from '../enums.ts';
import { ID_PATTERN } from '../topics.ts';

export const id = z.string().regex(ID_PATTERN, 'lower-case letters, digits and hyphens, at most 64');

/** Either one text for both languages, or `{zh, en}`. */
export const text = z
  .union([z.string().min(1), z.strictObject({ zh: z.string().min(1), en: z.string().min(1) })])
  .transform((value) => (typeof value === 'string' ? { zh: value, en: value } : value));

/** Text that stands in lists, sentences and notifications: one line that can be shown. */
export const displayText = (max: number, isOptional = false) =>
  z
    .string()
    // A text over several lines in YAML (`|`, `>`) ends with a line break.
    .overwrite((said) => said.replace(/\n+$/, ''))
    .min(isOptional ? 0 : 1)
    .max(max)
    .refine(
      (said) => isDisplayName(said) || (isOptional && said === ''),
      'text in one line, without control characters',
    );

const oneName = displayText(MAX_NAME);
export const namePair = z.strictObject({ zh: oneName, en: oneName });

/** A name for both languages, or `{zh, en}`. */
export const name = z
  .union([oneName, namePair])
  .transform((value) => (typeof value === 'string' ? { zh: value, en: value } : value));

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration such as `90s`, `15m`, `2h`, `1d`; parsed to milliseconds. */
export const duration = z
  .string()
  .regex(/^\d{1,6}[smhd]$/, 'a whole number and s, m, h or d, such as 90s or 15m')
  .transform((value) => Number(value.slice(0, -1)) * UNITS_MS[value.slice(-1) as keyof typeof UNITS_MS]);

/** A local calendar date `YYYY-MM-DD` that exists. */
export const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'a date as YYYY-MM-DD')
  .refine((value) => {
    const at = new Date(`${value}T00:00:00Z`);
    return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
  }, 'no such date');

/** A local time `HH:MM`, 00:00 to 24:00. */
export const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time as HH:MM, 00:00 to 24:00');

/** A local range `HH:MM-HH:MM`; an end before the start runs past midnight. */
export const timeRange = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d-(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a range as HH:MM-HH:MM');

export const dayType = z.enum(DAY_TYPES);

/** An IANA time zone this runtime knows. */
export const timeZone = z.string().refine((zone) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}, 'an IANA time zone such as Asia/Shanghai');
