/** What one set of config files makes of the gateway: registry, calendar, decoder. Built whole, swapped whole. */
import { createHash } from 'node:crypto';
import { createSchoolCalendar } from './calendar/create-school-calendar.ts';
import { type HolidayProblem, NO_HOLIDAYS, parseHolidays } from './calendar/holidays.ts';
import type { SchoolCalendar } from './calendar/school-calendar.ts';
import type { ConfigResult } from './config/parse-config.ts';
import { HOLIDAYS_FILE } from './config/schemas.ts';
import { type AnnouncedNames, createAnnouncedNames } from './decode/announced-names.ts';
import { createCodecs } from './decode/codecs/create-codecs.ts';
import type { Codecs } from './decode/compile-profile.ts';
import { compileProfiles } from './decode/compile-profiles.ts';
import { ALWAYS_ON, createDecoder, type Decoder, NATIVE } from './decode/decoder.ts';
import type { LookBudget } from './decode/look-plan.ts';
import { createPollBook, type PollBook } from './decode/poll-book.ts';
import { createHealthBook, type HealthBook } from './decode/profile-health.ts';
import { createFairBudget } from './onboarding/fair-budget.ts';
import type { ConfigProblem, LoadedConfig } from './shared/loaded-config.ts';

export interface CampusInForce {
  readonly config: LoadedConfig;
  readonly calendar: SchoolCalendar;
  readonly decoder: Decoder;
  readonly profiles: ReturnType<typeof compileProfiles>['profiles'];
  readonly health: HealthBook;
  readonly polls: PollBook;
}

export type CampusResult =
  | { readonly ok: true; readonly campus: CampusInForce; readonly warnings: readonly ConfigProblem[] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** What decoders remember beside, likewise over a change of the config. */
export interface DecoderMemory {
  readonly announced: AnnouncedNames;
  readonly looks: LookBudget;
}

/** Members times decoded members: some 10 ms a second for all, after the first look at a few hundred devices. */
const LOOK_BURST = 300_000;
const LOOKS_PER_S = 30_000;

export const createDecoderMemory = (): DecoderMemory => ({
  announced: createAnnouncedNames(),
  looks: createFairBudget(LOOK_BURST, LOOKS_PER_S),
});

/**
 * Nothing of a config with a problem comes into force.
 * @param codecs with what they remember of earlier messages, which outlives a change of the config
 * @param health likewise: which profiles were switched off
 * @param polls likewise: what is open on the serial lines
 */
export function campusFrom(
  loaded: ConfigResult,
  codecs: Codecs = createCodecs(),
  health: HealthBook = createHealthBook(new Map(), ALWAYS_ON),
  polls: PollBook = createPollBook(),
  memory: DecoderMemory = createDecoderMemory(),
): CampusResult {
  if (!loaded.ok) return loaded;
  const { config } = loaded;
  const { profiles, problems } = compileProfiles(config.profileFiles, codecs);
  if (problems.length > 0) return { ok: false, problems: problems.map(inProfilesFolder) };
  const { registry } = config;
  health.follow(profileVersions(config, profiles));
  const { calendar, problems: holidayProblems } = calendarOf(config);
  return {
    ok: true,
    campus: {
      config,
      calendar,
      decoder: createDecoder({ registry, profiles, health, polls, ...memory }),
      profiles,
      health,
      polls,
    },
    warnings: [...loaded.warnings, ...holidayProblems.map(inHolidaysFile)],
  };
}

/** The calendar of a campus, and the lines of its holidays that are left out. */
export function calendarOf({
  calendar: config,
  registry,
  holidaysCsv,
}: Pick<LoadedConfig, 'calendar' | 'registry' | 'holidaysCsv'>): {
  readonly calendar: SchoolCalendar;
  readonly problems: readonly HolidayProblem[];
} {
  const csv = config.holidays === 'none' ? undefined : holidaysCsv;
  const holidays = csv === undefined ? { data: NO_HOLIDAYS, problems: [] } : parseHolidays(csv);
  const { placeProfile, placePath } = registry;
  const { timeZone } = registry.campus;
  const calendar = createSchoolCalendar({ config, timeZone, placeProfile, placePath, holidays: holidays.data });
  return { calendar, problems: holidays.problems };
}

/** What changes when the text of a profile does. */
function profileVersions(
  { profileFiles }: LoadedConfig,
  profiles: CampusInForce['profiles'],
): ReadonlyMap<string, string> {
  const versionOf = (file: string): string =>
    createHash('sha256')
      .update(profileFiles.get(file) ?? '')
      .digest('hex')
      .slice(0, 32);
  return new Map([[NATIVE, ''], ...profiles.map(({ id, file }): [string, string] => [id, versionOf(file)])]);
}

/** A line that is left out costs one day; that is no reason to refuse the rest. */
const inHolidaysFile = ({ line, text }: HolidayProblem): ConfigProblem => ({
  ...{ file: HOLIDAYS_FILE, line, column: 1, path: '' },
  message: { zh: `${text.zh}（这一行没有计入）`, en: `${text.en} (this line is left out)` },
});

/** How the site's hours and standard days lie against UTC's, ms; daylight saving moves days by whole hours only. */
export function hourPhases(calendar: SchoolCalendar): { readonly hourPhaseMs: number; readonly dayPhaseMs: number } {
  const dayPhaseMs = calendar.dayBounds('2026-01-15').from % 86_400_000;
  return { hourPhaseMs: dayPhaseMs % 3_600_000, dayPhaseMs };
}

const inProfilesFolder = (problem: ConfigProblem): ConfigProblem => ({ ...problem, file: `profiles/${problem.file}` });

/** Whether a device is decoded by the same profile and under the same address in both; false when it is gone. */
export function isDecodedAlike(one: CampusInForce, other: CampusInForce, device: string): boolean {
  const [before, after] = [one, other].map(({ config }) => config.registry.devices.get(device));
  if (before === undefined || after === undefined) return false;
  return before.profile === after.profile && before.address === after.address;
}
