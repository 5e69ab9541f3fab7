import type { z } from 'zod';
import type { device as deviceEntry } from '#contract/config/devices.ts';
import type { DeviceKind } from '#contract/enums.ts';
import type { Device, DevicePatch, PlaceAdd, ProfileInfo, RulesOn } from '#contract/http/campus.ts';
import type { ConfigFile } from '#contract/http/config-files.ts';
import type { Credential, CredentialCreate, MadeCredential, MqttDoor } from '#contract/http/credentials.ts';
import type {
  AnnouncedDevice,
  DeviceFieldsRequest,
  DeviceRow,
  DeviceRowsResult,
  KeptPayload,
  ManualReadingRequest,
  ManualReadingResult,
  MessageFields,
  Onboarded,
  ProfileDraft,
  ProfilePreview,
  StrangeTopic,
  Swap,
  SwapRequest,
  Unread,
  UnreadDevice,
} from '#contract/http/onboarding.ts';
import type { RefusalItem } from '#contract/http/refusals.ts';
import type { Page } from './endpoints.ts';
import type { Http, Query } from './http.ts';

/** An entry of devices.yaml as it is asked for: what has a default may be left out. */
export type DeviceEntry = z.input<typeof deviceEntry>;

export interface PreviewAsk {
  readonly topic: string;
  readonly use: { readonly profile: string } | { readonly draft: ProfileDraft };
}

export interface RulesAsked {
  readonly kind: DeviceKind;
  readonly place: string;
  readonly tags: string;
  readonly device: string | undefined;
}

/** Many rows are written into a file and a campus is loaded again. */
const importTimeoutMs = 120_000;
const id = encodeURIComponent;

/** What bringing devices in asks for. Apart from endpoints.ts: the wall never needs it. */
export function createOnboardingApi(http: Http) {
  const get = async <T>(path: string, query?: Query) =>
    (await http.request<{ items: readonly T[] }>('GET', path, { query })).items;
  return {
    topics: () => get<StrangeTopic>('/onboarding/topics'),
    frames: (topic: string) => get<KeptPayload>('/onboarding/frames', { topic, limit: 50 }),
    fields: (topic: string) => http.request<MessageFields>('GET', '/onboarding/fields', { query: { topic } }),
    announced: () => get<AnnouncedDevice>('/onboarding/devices'),
    unreadDevices: () => get<UnreadDevice>('/onboarding/unread'),
    unread: (device: string) => http.request<Unread>('GET', `/devices/${id(device)}/unread`),
    setFields: (device: string, fields: DeviceFieldsRequest['fields']) =>
      http.request<{ readonly saved: number }>('POST', `/devices/${id(device)}/fields`, { body: { fields } }),
    preview: (ask: PreviewAsk) => http.request<ProfilePreview>('POST', '/onboarding/preview', { body: ask }),
    onboard: (ask: { readonly draft?: ProfileDraft; readonly device: DeviceEntry }) =>
      http.request<Onboarded>('POST', '/onboarding', { body: ask }),
    /** All rows or none: with one error nothing is written. `dryRun` only checks. */
    devicesFile: () => http.request<ConfigFile>('GET', '/config/devices'),
    importRows: (rows: readonly DeviceRow[], dryRun: boolean) =>
      http.request<DeviceRowsResult>('POST', '/onboarding/devices', {
        body: { rows, dryRun },
        timeoutMs: importTimeoutMs,
      }),
    refusals: () => get<RefusalItem>('/refusals'),
    mqttDoor: () => http.request<MqttDoor>('GET', '/mqtt'),
    credentials: () => get<Credential>('/credentials'),
    /** The secret is in this answer and nowhere else. */
    addCredential: (login: CredentialCreate) => http.request<MadeCredential>('POST', '/credentials', { body: login }),
    rotateCredential: (username: string) =>
      http.request<MadeCredential>('POST', '/credentials/rotate', { body: { username } }),
    changeCredential: (username: string, prefixes: readonly string[]) =>
      http.request<Credential>('PATCH', '/credentials', { body: { username, prefixes } }),
    /** 409 when one of `was` is another by now. */
    editDevice: (device: string, edit: DevicePatch) =>
      http.request<Device>('PATCH', `/devices/${id(device)}`, { body: edit }),
    addPlace: (place: PlaceAdd) => http.request<{ readonly id: string }>('POST', '/places', { body: place }),
    rulesWatching: (asked: RulesAsked) => get<RulesOn['items'][number]>('/rules/watching', { ...asked }),
    revokeCredential: (username: string) => http.request<void>('DELETE', '/credentials', { query: { username } }),
    swaps: async (device: string) => (await http.request<Page<Swap>>('GET', `/devices/${id(device)}/swaps`)).items,
    addSwap: (device: string, swap: SwapRequest) =>
      http.request<Swap>('POST', `/devices/${id(device)}/swaps`, { body: swap }),
    addReading: (device: string, reading: ManualReadingRequest) =>
      http.request<ManualReadingResult>('POST', `/devices/${id(device)}/manual-readings`, { body: reading }),
    enableProfile: (profile: string) => http.request<ProfileInfo>('POST', `/profiles/${id(profile)}/enable`),
  };
}
