import type { CalendarConfig } from '#contract/config/calendar.ts';
import type { CampusConfig } from '#contract/config/campus.ts';
import type { DevicesConfig } from '#contract/config/devices.ts';
import type { GatewayConfig } from '#contract/config/gateway.ts';
import type { ProfileConfig } from '#contract/config/profile.ts';
import type { RulesConfig } from '#contract/config/rules.ts';
import type { TariffsConfig } from '#contract/config/tariffs.ts';
import type { YamlSource } from './yaml-source.ts';

export interface Parsed<T> {
  readonly source: YamlSource;
  readonly value: T;
}

/** What could be parsed; a file with problems of its own is absent, and nothing is checked against it. */
export interface ParsedFiles {
  readonly gateway?: Parsed<GatewayConfig>;
  readonly campus?: Parsed<CampusConfig>;
  readonly devices?: Parsed<DevicesConfig>;
  readonly calendar?: Parsed<CalendarConfig>;
  readonly rules?: Parsed<RulesConfig>;
  readonly tariffs?: Parsed<TariffsConfig>;
  /** Ids of the profiles; undefined while one of them cannot be read. */
  readonly profileIds: ReadonlySet<string> | undefined;
  /** Those that can be read, by id. */
  readonly profiles: ReadonlyMap<string, ProfileConfig>;
}
