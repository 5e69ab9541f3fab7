/** What the HTTP and socket side needs from the rest; gateway.ts supplies it. Nothing here knows express or socket.io. */

import type { z } from 'zod';
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { RulesConfig } from '#contract/config/rules.ts';
import type { Resource } from '#contract/enums.ts';
import type { Alert, Episode, Incident, IncidentAction } from '#contract/http/alerts.ts';
import type { Device, LatestValue, ProfileInfo, Quarantined } from '#contract/http/campus.ts';
import type { Credential, CredentialCreate, MadeCredential, MqttDoor } from '#contract/http/credentials.ts';
import type { ConsumptionResponse } from '#contract/http/energy.ts';
import type { ReadyResponse } from '#contract/http/health.ts';
import type {
  AnnouncedDevice,
  DeviceRow,
  DeviceRowsResult,
  KeptPayload,
  ManualReadingResult,
  MessageFields,
  manualReadingRequest,
  Onboarded,
  OnboardRequest,
  PreviewRequest,
  ProfilePreview,
  StrangeTopic,
  Swap,
  SwapRequest,
} from '#contract/http/onboarding.ts';
import type { ProbeState } from '#contract/http/probes.ts';
import type { LiveEvent, LivePosition } from '#contract/live.ts';
import type { Reading } from '#contract/readings.ts';
import type { Refusal } from '#contract/refusals.ts';
import type { SchoolCalendar } from '../calendar/school-calendar.ts';
import type { Clock } from '../shared/clock.ts';
import type { ConfigProblem, LoadedConfig } from '../shared/loaded-config.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { RecordsDb } from '../store/records-db.ts';

/** Expected outcome of an action a person asked for. */
export type ActionResult<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly status: 400 | 404 | 409 | 422 | 501 | 503;
      readonly zh: string;
      readonly en: string;
      readonly errors?: readonly { path: string; message: string }[];
    };

export interface LiveView {
  devices(): readonly Device[];
  device(id: string): Device | undefined;
  latest(filter: { readonly device?: string | undefined; readonly place?: string | undefined }): readonly LatestValue[];
  /** Firing incidents, and those resolved or unacknowledged in the last 24 h; newest first. */
  currentIncidents(): readonly Incident[];
  currentAlerts(): readonly Alert[];
  /** All incidents and alerts ever, newest first, from the records. */
  incidents(q: {
    readonly state?: string | undefined;
    readonly acked?: boolean | undefined;
    readonly before?: string | undefined;
    readonly limit: number;
  }): Promise<{ readonly items: readonly Incident[]; readonly nextCursor: string | null }>;
  alerts(q: {
    readonly state?: string | undefined;
    readonly device?: string | undefined;
    readonly from?: number | undefined;
    readonly to?: number | undefined;
    readonly before?: string | undefined;
    readonly limit: number;
  }): Promise<{ readonly items: readonly Alert[]; readonly nextCursor: string | null }>;
  incident(id: string): Promise<{ readonly incident: Incident; readonly alerts: readonly Alert[] } | undefined>;
  alert(id: string): Promise<Alert | undefined>;
  act(
    incidentId: string,
    action: IncidentAction,
    body: Record<string, unknown>,
    who: string,
  ): Promise<ActionResult<Incident>>;
  position(): LivePosition;
  /** Events after a position, oldest first; undefined when the epoch is another or they are no longer kept. */
  eventsAfter(position: LivePosition): Promise<readonly LiveEvent[] | undefined>;
  /** Events in seq order, after they are durable. Returns the unsubscribe. */
  onEvent(listener: (event: LiveEvent) => void): () => void;
  onValues(listener: (values: readonly LatestValue[]) => void): () => void;
}

/** 接入向导: what nobody claims, what it may mean, and what it becomes. */
export interface OnboardingDeps {
  /** Newest first. */
  topics(): readonly StrangeTopic[];
  /** Newest first. */
  frames(topic: string, limit: number): readonly KeptPayload[];
  fields(topic: string): ActionResult<MessageFields>;
  announced(): readonly AnnouncedDevice[];
  preview(request: PreviewRequest): ActionResult<ProfilePreview>;
  onboard(request: OnboardRequest, who: string): Promise<ActionResult<Onboarded>>;
  importRows(rows: readonly DeviceRow[], dryRun: boolean, who: string): Promise<ActionResult<DeviceRowsResult>>;
  enableProfile(id: string): Promise<ActionResult<ProfileInfo>>;
}

/** What people read off meters themselves. */
export interface MeterEntryDeps {
  swaps(device: string): Promise<ActionResult<readonly Swap[]>>;
  addSwap(device: string, request: SwapRequest, who: string): Promise<ActionResult<Swap>>;
  addReading(
    device: string,
    request: z.output<typeof manualReadingRequest>,
    who: string,
  ): Promise<ActionResult<ManualReadingResult>>;
}

/** Logins of devices, bridges and integrations, as devices.yaml has them. */
export interface CredentialDeps {
  /** Every login; of devices those that have one. */
  list(): readonly Credential[];
  /** 409 when the name is taken, 404 when the device does not exist, 422 when the file would not load. */
  create(request: CredentialCreate, who: string): Promise<ActionResult<MadeCredential>>;
  /** Another secret; whoever is connected with the old one is cut off. */
  rotate(username: string, who: string): Promise<ActionResult<MadeCredential>>;
  revoke(username: string, who: string): Promise<ActionResult<unknown>>;
  /** Where clients connect. */
  door(): MqttDoor;
}

export interface ApiDeps {
  readonly clock: Clock;
  readonly dataDir: string;
  readonly demo: boolean;
  config(): LoadedConfig;
  calendar(): SchoolCalendar;
  readonly store: Pick<ReadingStore, 'points' | 'buckets' | 'series' | 'stats'>;
  readonly records: RecordsDb;
  readonly live: LiveView;
  profiles(): readonly ProfileInfo[];
  /** What the last probe of each device brought. */
  probes(): readonly ProbeState[];
  quarantine(q: { readonly before?: number | undefined; readonly limit: number }): Promise<readonly Quarantined[]>;
  readonly onboarding: OnboardingDeps;
  readonly credentials: CredentialDeps;
  /** The last clients and messages that the MQTT door turned away, newest first. */
  refusals(): readonly Refusal[];
  readonly meterEntries: MeterEntryDeps;
  consumption(q: {
    readonly place?: string | undefined;
    readonly device?: string | undefined;
    readonly resource: Resource;
    readonly from: number;
    readonly to: number;
    readonly step: 'hour' | 'day' | 'month';
  }): Promise<ActionResult<ConsumptionResponse>>;
  backtest(q: { readonly rules: RulesConfig; readonly from: number; readonly to: number }): Promise<readonly Episode[]>;
  /** History rows: stored, never judged. */
  importReadings(readings: readonly Reading[]): Promise<{ readonly stored: number; readonly duplicates: number }>;
  /** Raw text of a config file and its ETag. */
  configFile(
    name: 'rules' | 'devices' | 'calendar' | 'campus' | 'tariffs',
  ): Promise<{ readonly text: string; readonly etag: string; readonly readOnly: boolean }>;
  /** Checks, writes atomically with history, reloads. 409 when `etag` is no longer current. */
  writeConfigFile(
    name: 'rules' | 'devices' | 'calendar' | 'campus' | 'tariffs',
    text: string,
    etag: string,
    who: string,
  ): Promise<ActionResult<{ readonly etag: string }> & { readonly problems?: readonly ConfigProblem[] }>;
  addDevices(devices: readonly DeviceConfig[], who: string): Promise<ActionResult<{ readonly added: number }>>;
  ready(): Promise<ReadyResponse>;
  /** Workers and event loop answered within 5 s. */
  healthy(): Promise<boolean>;
  /** Prometheus text. */
  metrics(): Promise<string>;
}
