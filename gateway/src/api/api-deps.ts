/** What the HTTP and socket side needs from the rest; gateway.ts supplies it. Nothing here knows express or socket.io. */

import type { z } from 'zod';
import type { PlaceConfig } from '#contract/config/campus.ts';
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { RulesConfig } from '#contract/config/rules.ts';
import type { Resource } from '#contract/enums.ts';
import type { Alert, Episode, Incident, IncidentAction } from '#contract/http/alerts.ts';
import type { Device, LatestValue, ProfileInfo, Quarantined } from '#contract/http/campus.ts';
import type { Credential, CredentialCreate, MadeCredential, MqttDoor } from '#contract/http/credentials.ts';
import type { ConsumptionResponse, WasteQuery, WasteResponse } from '#contract/http/energy.ts';
import type { ReadyResponse, StorageTrouble } from '#contract/http/health.ts';
import type {
  AnnouncedDevice,
  DeviceFieldsRequest,
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
  Unread,
  UnreadDevice,
} from '#contract/http/onboarding.ts';
import type { ProbeState } from '#contract/http/probes.ts';
import type { LiveEvent, LiveEventBody, LiveGateway, LiveGrown, LivePosition } from '#contract/live.ts';
import type { Reading } from '#contract/readings.ts';
import type { Refusal } from '#contract/refusals.ts';
import type { SchoolCalendar } from '../calendar/school-calendar.ts';
import type { DeviceEdit } from '../config/edit-device.ts';
import type { Clock } from '../shared/clock.ts';
import type { ConfigProblem, LoadedConfig } from '../shared/loaded-config.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { RecordsDb } from '../store/records-db.ts';
import type { FieldErrors } from './field-errors.ts';

/** Expected outcome of an action a person asked for. */
export type ActionResult<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly status: 400 | 404 | 409 | 422 | 501 | 503 | 507;
      readonly zh: string;
      readonly en: string;
      /** At most 100. */
      readonly errors?: readonly { path: string; message: string }[];
      /** Of all, where more were found than are listed. */
      readonly errorCount?: number;
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
  /** What the gateway cannot do now. */
  gateway(): LiveGateway;
  onGateway(listener: (gateway: LiveGateway) => void): () => void;
  /** What is known and not on disk, in its newest state; in what is `current…` already. */
  unsaved(): readonly LiveEventBody[];
  /** Hears of what waits for the disk; it becomes an event when it is stored. */
  onUnsaved(listener: (bodies: readonly LiveEventBody[]) => void): () => void;
  /** What everything that fires says now. */
  grown(): LiveGrown;
  /** Hears of what has grown, a few times a minute. */
  onGrown(listener: (grown: LiveGrown) => void): () => void;
}

/** 接入向导: what nobody claims, what it may mean, and what it becomes. */
export interface OnboardingDeps {
  /** Newest first. */
  topics(): readonly StrangeTopic[];
  /** Newest first. */
  frames(topic: string, limit: number): readonly KeptPayload[];
  fields(topic: string, signal?: AbortSignal): Promise<ActionResult<MessageFields>>;
  announced(): readonly AnnouncedDevice[];
  /** Members of a device's messages that no rule reads, newest first. */
  unread(device: string, signal?: AbortSignal): Promise<ActionResult<Unread>>;
  unreadDevices(): readonly UnreadDevice[];
  setFields(
    device: string,
    request: DeviceFieldsRequest,
    who: string,
  ): Promise<ActionResult<{ readonly saved: number }>>;
  preview(request: PreviewRequest, signal?: AbortSignal): Promise<ActionResult<ProfilePreview>>;
  onboard(request: OnboardRequest, who: string): Promise<ActionResult<Onboarded>>;
  importRows(
    rows: readonly DeviceRow[],
    dryRun: boolean,
    who: string,
    signal?: AbortSignal,
  ): Promise<ActionResult<DeviceRowsResult>>;
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

export interface BacktestAsked {
  readonly rules: RulesConfig;
  readonly from: number;
  readonly to: number;
  /** Ends it: whoever asked has gone. */
  readonly signal?: AbortSignal;
  /** A command of this machine's owner: it may take hours. */
  readonly patient?: boolean;
}

/** Rules as text, checked by themselves; or why they are none, named as a problem of the API. */
export type RulesRead =
  | { readonly ok: true; readonly rules: RulesConfig }
  | ({ readonly ok: false; readonly name: string; readonly zh: string; readonly en: string } & FieldErrors);

/** A large body as it came, and the route it is for: `put /api/v1/rules`. */
export interface BodyAsked {
  readonly route: string;
  readonly bytes: Uint8Array;
}
export type BodyRead =
  | { readonly kind: 'body'; readonly body: unknown }
  | { readonly kind: 'not-json' }
  | ({ readonly kind: 'invalid' } & FieldErrors);

/** `{"episodes": …}` as the bytes of its JSON: written out as they are, since there may be many. */
export type EpisodesJson = Uint8Array;

/** Logins of devices, bridges and integrations, as devices.yaml has them. */
export interface CredentialDeps {
  /** Every login; of devices those that have one. */
  list(): readonly Credential[];
  /** 409 when the name is taken, 404 when the device does not exist, 422 when the file would not load. */
  create(request: CredentialCreate, who: string): Promise<ActionResult<MadeCredential>>;
  /** Another secret; whoever is connected with the old one is cut off. */
  rotate(username: string, who: string): Promise<ActionResult<MadeCredential>>;
  /** Other topics; 422 for a device, which has its own only. Whoever is connected connects anew. */
  change(username: string, prefixes: readonly string[], who: string): Promise<ActionResult<Credential>>;
  revoke(username: string, who: string): Promise<ActionResult<unknown>>;
  /** Where clients connect. */
  door(): MqttDoor;
}

export interface ApiDeps {
  readonly clock: Clock;
  readonly dataDir: string;
  /** Somebody looks at a page: the demo begins to play. Called again with every page. */
  looked?(): void;
  config(): LoadedConfig;
  calendar(): SchoolCalendar;
  readonly store: Pick<ReadingStore, 'points' | 'buckets' | 'series' | 'stats'>;
  readonly records: RecordsDb;
  /** Why readings, or what people do, cannot be stored now; undefined when they can. */
  storageRefuses(target: 'readings' | 'records'): StorageTrouble | undefined;
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
  /** As of `now`: what is later is not missing yet. */
  consumption(
    q: {
      readonly place?: string | undefined;
      readonly device?: string | undefined;
      readonly resource: Resource;
      readonly from: number;
      readonly to: number;
      readonly step: 'hour' | 'day' | 'month';
    },
    now: number,
  ): Promise<ActionResult<ConsumptionResponse>>;
  /** Rooms by what they used while closed, as of `now`; worked out on another thread. */
  waste(q: WasteQuery, now: number): Promise<ActionResult<WasteResponse>>;
  backtest(q: BacktestAsked): Promise<readonly Episode[] | EpisodesJson>;
  /** Rules as text, checked by themselves; worked out on another thread. */
  readRules(yaml: string, signal?: AbortSignal): Promise<RulesRead>;
  /** Parses and validates a body above 64 KiB on another thread. */
  readBody(asked: BodyAsked, signal?: AbortSignal): Promise<BodyRead>;
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
  /** Other settings of a device. 409 when one of `was` is another by now. */
  editDevice(edit: DeviceEdit, who: string): Promise<ActionResult<unknown>>;
  addPlace(place: PlaceConfig, who: string): Promise<ActionResult<unknown>>;
  ready(): Promise<ReadyResponse>;
  /** Workers and event loop answered within 5 s. */
  healthy(): Promise<boolean>;
  /** Prometheus text. */
  metrics(): Promise<string>;
}
