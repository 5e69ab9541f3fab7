import type { z } from 'zod';
import type { device as deviceEntry } from '#contract/config/devices.ts';
import type { ProfileInfo } from '#contract/http/campus.ts';
import type {
  AnnouncedDevice,
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
} from '#contract/http/onboarding.ts';
import type { Page } from './endpoints.ts';
import type { Http } from './http.ts';

/** An entry of devices.yaml as it is asked for: what has a default may be left out. */
export type DeviceEntry = z.input<typeof deviceEntry>;

export interface PreviewAsk {
  readonly topic: string;
  readonly use: { readonly profile: string } | { readonly draft: ProfileDraft };
}

/** Many rows are written into a file and a campus is loaded again. */
const importTimeoutMs = 120_000;
const id = encodeURIComponent;

/** What bringing devices in asks for. Apart from endpoints.ts: the wall never needs it. */
export function createOnboardingApi(http: Http) {
  const get = async <T>(path: string, query?: Readonly<Record<string, string | number>>) =>
    (await http.request<{ items: readonly T[] }>('GET', path, { query })).items;
  return {
    topics: () => get<StrangeTopic>('/onboarding/topics'),
    frames: (topic: string) => get<KeptPayload>('/onboarding/frames', { topic, limit: 50 }),
    fields: (topic: string) => http.request<MessageFields>('GET', '/onboarding/fields', { query: { topic } }),
    announced: () => get<AnnouncedDevice>('/onboarding/devices'),
    preview: (ask: PreviewAsk) => http.request<ProfilePreview>('POST', '/onboarding/preview', { body: ask }),
    onboard: (ask: { readonly draft?: ProfileDraft; readonly device: DeviceEntry }) =>
      http.request<Onboarded>('POST', '/onboarding', { body: ask }),
    /** All rows or none: with one error nothing is written. `dryRun` only checks. */
    importRows: (rows: readonly DeviceRow[], dryRun: boolean) =>
      http.request<DeviceRowsResult>('POST', '/onboarding/devices', {
        body: { rows, dryRun },
        timeoutMs: importTimeoutMs,
      }),
    swaps: async (device: string) => (await http.request<Page<Swap>>('GET', `/devices/${id(device)}/swaps`)).items,
    addSwap: (device: string, swap: SwapRequest) =>
      http.request<Swap>('POST', `/devices/${id(device)}/swaps`, { body: swap }),
    addReading: (device: string, reading: ManualReadingRequest) =>
      http.request<ManualReadingResult>('POST', `/devices/${id(device)}/manual-readings`, { body: reading }),
    enableProfile: (profile: string) => http.request<ProfileInfo>('POST', `/profiles/${id(profile)}/enable`),
  };
}
