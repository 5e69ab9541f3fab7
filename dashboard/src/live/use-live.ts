import { useCallback, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { Device, LatestValue } from '#contract/http/campus.ts';
import type { StorageTrouble } from '#contract/http/health.ts';
import type { Me } from '#contract/http/session.ts';
import type { OffTime } from '#contract/live.ts';
import type { Connection } from './connection.ts';
import { LiveContext } from './live-context.tsx';
import type { LiveTopic } from './live-store.ts';
import type { Live } from './open-live.ts';
import { createSecondsClock, type SecondsClock } from './seconds-clock.ts';

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('there is no LiveProvider above this component');
  return live;
}

function useTopic<T>(topic: LiveTopic, read: (live: Live) => T): T {
  const live = useLive();
  const subscribe = useCallback((listener: () => void) => live.store.subscribe(topic, listener), [live, topic]);
  return useSyncExternalStore(subscribe, () => read(live));
}

/** The newest value of one series, at once when it changes; undefined while none is known. */
export function useLatest(device: string, metric: string): LatestValue | undefined {
  return useTopic(`value:${device}/${metric}`, ({ store }) => store.latest(device, metric));
}

/** Newest values of all series. Changes many times a second on a large campus: prefer useLatest or useAtMost around it. */
export function useValues(): readonly LatestValue[] {
  return useTopic('values', ({ store }) => store.values());
}

/** Firing incidents, and those resolved or not acknowledged in the last 24 h; newest first. */
export function useIncidents(): readonly Incident[] {
  return useTopic('incidents', ({ store }) => store.incidents());
}

export function useAlerts(): readonly Alert[] {
  return useTopic('alerts', ({ store }) => store.alerts());
}

/** Devices in use: what is watched, counted and offered. */
export function useDevices(): readonly Device[] {
  const all = useAllDevices();
  return useMemo(() => all.filter(({ retired }) => retired === null), [all]);
}

/** Retired ones included: for names, for ids that are taken, and for lists that can show them. */
export function useAllDevices(): readonly Device[] {
  return useTopic('devices', ({ store }) => store.devices());
}

export function useDevice(id: string): Device | undefined {
  return useTopic('devices', ({ store }) => store.device(id));
}

/** Which campus the gateway serves now, by the config in force; `known` until the gateway has told. */
export function useSite(known: Pick<Me, 'site' | 'demo'>): Pick<Me, 'site' | 'demo'> {
  const told = useTopic('gateway', ({ store }) => store.gateway());
  return told.site === '' ? known : told;
}

/** What is wrong with the gateway's disk, the worst first. */
export function useStorage(): readonly StorageTrouble[] {
  return useTopic('gateway', ({ store }) => store.gateway().storage);
}

/** When the gateway did not run, as far as that ended in the last 48 h; oldest first. */
export function useOffTimes(): readonly OffTime[] {
  return useTopic('gateway', ({ store }) => store.gateway().off);
}

export function useConnection(): Connection {
  const { client } = useLive();
  return useSyncExternalStore(client.subscribe, client.connection);
}

/** Runs `listener` whenever a break was mended and answers over HTTP may be out of date. */
export function useResync(listener: () => void): void {
  const { client } = useLive();
  useEffect(() => client.onResync(listener), [client, listener]);
}

const clocks = new WeakMap<object, SecondsClock>();

function clockOf(client: Live['client']): SecondsClock {
  const known = clocks.get(client);
  if (known) return known;
  const clock = createSecondsClock(client.gatewayNow, (run) => {
    const timer = setInterval(run, 1_000);
    return () => clearInterval(timer);
  });
  clocks.set(client, clock);
  return clock;
}

/**
 * The gateway's clock, epoch ms. All who look see the same second, so that no two places of a page disagree about how long
 * something has lasted. With `everyMs` the last whole one of these steps: for dates and charts, never for a length.
 */
export function useGatewayNow(everyMs = 1_000): number {
  const { client } = useLive();
  const clock = clockOf(client);
  const now = useSyncExternalStore(clock.subscribe, () =>
    everyMs <= 1_000 ? clock.now() : Math.floor(clock.now() / everyMs) * everyMs,
  );
  return now;
}

/** When the campus was last heard of, epoch ms by the gateway's clock; looked at once a second. */
export function useLastDataAt(): number | null {
  const { store } = useLive();
  useGatewayNow();
  return store.lastDataAt();
}

/** `value`, but a new one at most every `everyMs`: what a chart is drawn from. The last one always arrives. */
export function useAtMost<T>(value: T, everyMs = 1_000): T {
  const [shown, setShown] = useState({ value, at: 0 });
  useEffect(() => {
    if (Object.is(shown.value, value)) return;
    const wait = Math.max(0, shown.at + everyMs - performance.now());
    const timer = setTimeout(() => setShown({ value, at: performance.now() }), wait);
    return () => clearTimeout(timer);
  }, [value, shown, everyMs]);
  return shown.value;
}
