import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { onboardingApi } from './api.ts';
import type { PreviewAsk, RulesAsked } from './onboarding-endpoints.ts';

/** Nobody tells when a strange message arrives: it is asked for while somebody looks. */
const lookEveryMs = 2_000;

export const strangeTopicsQuery = queryOptions({
  queryKey: ['onboarding', 'topics'],
  queryFn: onboardingApi.topics,
  refetchInterval: lookEveryMs,
  staleTime: 0,
});

export const announcedQuery = queryOptions({
  queryKey: ['onboarding', 'announced'],
  queryFn: onboardingApi.announced,
  refetchInterval: 2 * lookEveryMs,
  staleTime: 0,
});

export const unreadDevicesQuery = queryOptions({
  queryKey: ['onboarding', 'unread'],
  queryFn: onboardingApi.unreadDevices,
  refetchInterval: 5 * lookEveryMs,
  staleTime: 0,
});

/** The gateway looks a device's messages through at most once a minute. */
export const unreadQuery = (device: string) =>
  queryOptions({
    queryKey: ['devices', device, 'unread'],
    queryFn: () => onboardingApi.unread(device),
    refetchInterval: 5 * lookEveryMs,
    staleTime: 0,
  });

export const keptFramesQuery = (topic: string) =>
  queryOptions({
    queryKey: ['onboarding', 'frames', topic],
    queryFn: () => onboardingApi.frames(topic),
    refetchInterval: lookEveryMs,
    staleTime: 0,
  });

/** Proposals are made once, from the message that was looked at: they must not move under somebody's hand. */
export const fieldsQuery = (topic: string) =>
  queryOptions({
    queryKey: ['onboarding', 'fields', topic],
    queryFn: () => onboardingApi.fields(topic),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const previewQuery = (ask: PreviewAsk) =>
  queryOptions({
    queryKey: ['onboarding', 'preview', ask],
    queryFn: () => onboardingApi.preview(ask),
    placeholderData: keepPreviousData,
    refetchInterval: 2 * lookEveryMs,
    staleTime: 0,
  });

/** Nobody tells when a client is refused: it is asked for while somebody looks. */
export const refusalsQuery = queryOptions({
  queryKey: ['refusals'],
  queryFn: onboardingApi.refusals,
  refetchInterval: 2 * lookEveryMs,
  staleTime: 0,
});

export const mqttDoorQuery = queryOptions({ queryKey: ['mqtt-door'], queryFn: onboardingApi.mqttDoor });

export const credentialsQuery = queryOptions({
  queryKey: ['credentials'],
  queryFn: onboardingApi.credentials,
  refetchInterval: 2 * lookEveryMs,
});

export const swapsQuery = (device: string) =>
  queryOptions({ queryKey: ['devices', device, 'swaps'], queryFn: () => onboardingApi.swaps(device) });

/** Which rules look at such a device. */
export const rulesWatchingQuery = (asked: RulesAsked) =>
  queryOptions({ queryKey: ['rules', 'watching', asked], queryFn: () => onboardingApi.rulesWatching(asked) });
