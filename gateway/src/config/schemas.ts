import { calendarConfig } from '#contract/config/calendar.ts';
import { campusConfig } from '#contract/config/campus.ts';
import { devicesConfig } from '#contract/config/devices.ts';
import { gatewayConfig } from '#contract/config/gateway.ts';
import { rulesConfig } from '#contract/config/rules.ts';
import { tariffsConfig } from '#contract/config/tariffs.ts';

/** The files of the config folder, in the order they are read and reported: `<name>.yaml`. */
export const CONFIG_SCHEMAS = {
  gateway: gatewayConfig,
  campus: campusConfig,
  devices: devicesConfig,
  calendar: calendarConfig,
  rules: rulesConfig,
  tariffs: tariffsConfig,
} as const;

export type ConfigName = keyof typeof CONFIG_SCHEMAS;

export const CONFIG_NAMES: readonly ConfigName[] = ['gateway', 'campus', 'devices', 'calendar', 'rules', 'tariffs'];

/** Public holidays and make-up days, beside the YAML files. */
export const HOLIDAYS_FILE = 'holidays-cn.csv';
export const PROFILES_FOLDER = 'profiles';
