/** All config files, parsed and cross-checked: one immutable snapshot, replaced as a whole on reload. */
import type { CalendarConfig } from '#contract/config/calendar.ts';
import type { CredentialConfig } from '#contract/config/devices.ts';
import type { GatewayConfig } from '#contract/config/gateway.ts';
import type { RulesConfig } from '#contract/config/rules.ts';
import type { TariffsConfig } from '#contract/config/tariffs.ts';
import type { Registry } from './registry.ts';

export interface LoadedConfig {
  readonly gateway: GatewayConfig;
  readonly registry: Registry;
  readonly credentials: readonly CredentialConfig[];
  readonly calendar: CalendarConfig;
  readonly rules: RulesConfig;
  readonly tariffs: TariffsConfig;
  /** Text of every profile file, by file name; the decoder parses it. */
  readonly profileFiles: ReadonlyMap<string, string>;
  /** Text of config/holidays-cn.csv, for calendar/holidays.ts; undefined when the file is missing. */
  readonly holidaysCsv: string | undefined;
}

/** One thing wrong with a config file, for people. */
export interface ConfigProblem {
  readonly file: string;
  /** 1-based; 0 when the file itself is missing or unreadable. */
  readonly line: number;
  readonly column: number;
  /** Where in the document, `devices[3].place`. */
  readonly path: string;
  readonly message: { readonly zh: string; readonly en: string };
}
