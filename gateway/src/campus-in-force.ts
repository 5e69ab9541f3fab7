/** What one set of config files makes of the gateway: registry, calendar, decoder. Built whole, swapped whole. */
import { createSchoolCalendar } from './calendar/create-school-calendar.ts';
import { NO_HOLIDAYS, parseHolidays } from './calendar/holidays.ts';
import type { SchoolCalendar } from './calendar/school-calendar.ts';
import type { ConfigResult } from './config/parse-config.ts';
import { compileProfiles } from './decode/compile-profiles.ts';
import { createDecoder, type Decoder } from './decode/decoder.ts';
import type { ConfigProblem, LoadedConfig } from './shared/loaded-config.ts';

export interface CampusInForce {
  readonly config: LoadedConfig;
  readonly calendar: SchoolCalendar;
  readonly decoder: Decoder;
  readonly profiles: ReturnType<typeof compileProfiles>['profiles'];
}

export type CampusResult =
  | { readonly ok: true; readonly campus: CampusInForce; readonly warnings: readonly ConfigProblem[] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Nothing of a config with a problem comes into force. */
export function campusFrom(loaded: ConfigResult): CampusResult {
  if (!loaded.ok) return loaded;
  const { config } = loaded;
  const { profiles, problems } = compileProfiles(config.profileFiles);
  if (problems.length > 0) return { ok: false, problems: problems.map(inProfilesFolder) };
  const { registry } = config;
  const calendar = createSchoolCalendar({
    config: config.calendar,
    timeZone: registry.campus.timeZone,
    placeProfile: registry.placeProfile,
    placePath: registry.placePath,
    holidays:
      config.calendar.holidays === 'none' || config.holidaysCsv === undefined
        ? NO_HOLIDAYS
        : parseHolidays(config.holidaysCsv).data,
  });
  return {
    ok: true,
    campus: { config, calendar, decoder: createDecoder({ registry, profiles }), profiles },
    warnings: loaded.warnings,
  };
}

const inProfilesFolder = (problem: ConfigProblem): ConfigProblem => ({ ...problem, file: `profiles/${problem.file}` });
