import type { z } from 'zod';
import type { CampusConfig } from '#contract/config/campus.ts';
import type { DevicesConfig } from '#contract/config/devices.ts';
import { type ProfileConfig, profile as profileSchema } from '#contract/config/profile.ts';
import type { ConfigProblem, LoadedConfig } from '../shared/loaded-config.ts';
import { createRegistry } from '../shared/registry.ts';
import { checkCalendar } from './check-calendar.ts';
import { checkCampus } from './check-campus.ts';
import { checkDevices } from './check-devices.ts';
import { checkProbes } from './check-probes.ts';
import { checkRules } from './check-rules.ts';
import { checkTariffs } from './check-tariffs.ts';
import { type Checks, createChecks, MAX_LISTED } from './checks.ts';
import type { Parsed, ParsedFiles } from './parsed-files.ts';
import { tellSchemaProblems } from './schema-problems.ts';
import { CONFIG_NAMES, CONFIG_SCHEMAS, type ConfigName, HOLIDAYS_FILE } from './schemas.ts';
import { readYaml } from './yaml-source.ts';

/** The texts of a config folder; a file that does not exist is not in the map. */
export interface ConfigTexts {
  readonly files: ReadonlyMap<ConfigName, string>;
  /** Profiles by file name. */
  readonly profiles: ReadonlyMap<string, string>;
  readonly holidaysCsv: string | undefined;
}

/** Lists hold the first ones, at most 100; the counts are those of all. */
interface Warned {
  readonly warnings: readonly ConfigProblem[];
  readonly warningCount: number;
}
export interface ConfigRefused extends Warned {
  readonly ok: false;
  readonly problems: readonly ConfigProblem[];
  readonly problemCount: number;
}
export type ConfigResult = (Warned & { readonly ok: true; readonly config: LoadedConfig }) | ConfigRefused;

/** The files as plain values, which can pass from thread to thread; a registry cannot. */
export interface ConfigParts extends Pick<LoadedConfig, 'gateway' | 'calendar' | 'rules' | 'tariffs'> {
  readonly campus: CampusConfig;
  readonly devices: DevicesConfig;
}
export type PartsResult = (Warned & { readonly ok: true; readonly parts: ConfigParts }) | ConfigRefused;

/** Files without which there is nothing to run; without prices yuan is simply not known. */
const OPTIONAL: readonly ConfigName[] = ['tariffs'];

/** Parses and cross-checks a whole config folder, and makes the look-ups of it. */
export function parseConfig(texts: ConfigTexts, maxListed = MAX_LISTED): ConfigResult {
  return configOf(parseParts(texts, maxListed), texts);
}

/** What the checked parts make, with the texts they came from. */
export function configOf(result: PartsResult, { profiles, holidaysCsv }: ConfigTexts): ConfigResult {
  if (!result.ok) return result;
  const { parts, ...warned } = result;
  const { campus, devices, ...others } = parts;
  const registry = createRegistry(campus, devices);
  const { credentials } = devices;
  return { ...warned, config: { ...others, registry, credentials, profileFiles: profiles, holidaysCsv } };
}

/**
 * Parses and cross-checks a whole config folder. Pure. Every problem says where it is and what to write instead.
 * @param maxListed problems and warnings that are listed; all are counted
 */
export function parseParts(texts: ConfigTexts, maxListed = MAX_LISTED): PartsResult {
  const checks = createChecks(maxListed);
  const gateway = parseFile(texts, 'gateway', CONFIG_SCHEMAS.gateway, checks);
  const campus = parseFile(texts, 'campus', CONFIG_SCHEMAS.campus, checks);
  const devices = parseFile(texts, 'devices', CONFIG_SCHEMAS.devices, checks);
  const calendar = parseFile(texts, 'calendar', CONFIG_SCHEMAS.calendar, checks);
  const rules = parseFile(texts, 'rules', CONFIG_SCHEMAS.rules, checks);
  const tariffs = parseFile(texts, 'tariffs', CONFIG_SCHEMAS.tariffs, checks);
  const parsed: ParsedFiles = {
    ...(gateway && { gateway }),
    ...(campus && { campus }),
    ...(devices && { devices }),
    ...(calendar && { calendar }),
    ...(rules && { rules }),
    ...(tariffs && { tariffs }),
    ...parseProfiles(texts.profiles, checks),
  };
  for (const check of [checkCampus, checkDevices, checkProbes, checkCalendar, checkRules, checkTariffs])
    check(parsed, checks);
  if (calendar?.value.holidays === 'CN' && texts.holidaysCsv === undefined) checks.warn(missingHolidays());
  const warned = { warnings: checks.warnings(), warningCount: checks.warningCount() };
  const problemCount = checks.problemCount();
  if (!gateway || !campus || !devices || !calendar || !rules || !tariffs || problemCount > 0) {
    return { ok: false, problems: checks.problems(), problemCount, ...warned };
  }
  const parts: ConfigParts = {
    ...{ gateway: gateway.value, campus: campus.value, devices: devices.value },
    ...{ calendar: calendar.value, rules: rules.value, tariffs: tariffs.value },
  };
  return { ok: true, parts, ...warned };
}

/** The texts with one file as it would be after an edit. */
export function withText(name: ConfigName, text: string, others: ConfigTexts): ConfigTexts {
  return { ...others, files: new Map(others.files).set(name, text) };
}

/** Checks one file as it would be after an edit, against the others as they are. */
export function parseConfigText(name: ConfigName, text: string, others: ConfigTexts): ConfigResult {
  return parseConfig(withText(name, text, others));
}

export function missingFile(file: string): ConfigProblem {
  return {
    file,
    line: 0,
    column: 0,
    path: '',
    message: {
      zh: `缺少文件 ${file}：请从安装包的 config 文件夹复制一份再修改`,
      en: `${file} is missing: copy it from the config folder of the product and edit it`,
    },
  };
}

function missingHolidays(): ConfigProblem {
  return {
    ...missingFile(HOLIDAYS_FILE),
    message: {
      zh: `缺少 ${HOLIDAYS_FILE}：各年都按周一至周五判断；请放回该文件，或在 calendar.yaml 写 holidays: none`,
      en: `${HOLIDAYS_FILE} is missing: every year follows Monday to Friday; put it back, or write holidays: none in calendar.yaml`,
    },
  };
}

function parseFile<T extends z.ZodType>(
  texts: ConfigTexts,
  name: ConfigName,
  schema: T,
  checks: Checks,
): Parsed<z.output<T>> | undefined {
  const file = `${name}.yaml`;
  const text = texts.files.get(name) ?? (OPTIONAL.includes(name) ? '' : undefined);
  if (text === undefined) {
    checks.problem(missingFile(file));
    return undefined;
  }
  return parseText(file, text, schema, checks);
}

function parseText<T extends z.ZodType>(
  file: string,
  text: string,
  schema: T,
  checks: Checks,
): Parsed<z.output<T>> | undefined {
  const source = readYaml(file, text);
  source.problems.forEach(checks.problem);
  if (source.problems.length > 0) return undefined;
  const result = schema.safeParse(source.value);
  if (result.success) return { source, value: result.data };
  tellSchemaProblems(source, schema, result.error.issues, checks.problem);
  return undefined;
}

function parseProfiles(
  profiles: ReadonlyMap<string, string>,
  checks: Checks,
): Pick<ParsedFiles, 'profileIds' | 'profiles'> {
  const ids = new Set(['native']);
  const byId = new Map<string, ProfileConfig>();
  let whole = true;
  for (const [name, text] of profiles) {
    const parsed = parseText(`profiles/${name}`, text, profileSchema, checks);
    if (parsed === undefined) {
      whole = false;
      continue;
    }
    const { id } = parsed.value;
    if (ids.has(id)) {
      checks.problem(
        parsed.source.problem(
          ['id'],
          `已有编号为“${id}”的数据格式，请换一个`,
          `there already is a profile “${id}”; choose another id`,
        ),
      );
    }
    ids.add(id);
    byId.set(id, parsed.value);
  }
  return { profileIds: whole ? ids : undefined, profiles: byId };
}

/** File names of the YAML files, for messages and for watching. */
export const configFileName = (name: ConfigName): string => `${name}.yaml`;
export const isConfigName = (name: string): name is ConfigName => CONFIG_NAMES.some((known) => known === name);
