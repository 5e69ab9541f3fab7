import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { UPTIME_SLOT_MS } from '#contract/http/uptime.ts';
import { uptimeQuery } from '../../api/queries.ts';
import type { Range } from '../../charts/closed-ranges.ts';
import { useGatewayNow } from '../../live/use-live.ts';

/** How far back a page looks. */
export type Days = 1 | 7 | 30;

const day = 86_400_000;
/** A bar is a quarter of an hour of a day, two hours of a week, four of a month. */
const barOf = { 1: '15m', 7: '2h', 30: '4h' } as const;

/** The last days up to the end of the running quarter of an hour: whoever looks back as far asks the same. */
export function useDaysBack(days: Days): Range {
  const end = Math.floor(useGatewayNow(2_000) / UPTIME_SLOT_MS) * UPTIME_SLOT_MS + UPTIME_SLOT_MS;
  return useMemo(() => ({ from: end - days * day, to: end }), [end, days]);
}

/** Uptime of all cameras. */
export function useUptime(range: Range, days: Days) {
  return useQuery(uptimeQuery({ ...range, bar: barOf[days] }));
}

/** Uptime of one. */
export function useCameraUptime(device: string, range: Range, days: Days) {
  return useQuery(uptimeQuery({ device, ...range, bar: barOf[days] }));
}
