import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Incident } from '#contract/http/alerts.ts';
import { api } from '../../api/api.ts';
import { placesQuery } from '../../api/queries.ts';
import { useLanguage } from '../../i18n/use-text.ts';
import { placesWithin } from '../../lib/places-within.ts';
import { addDays, parseLocal } from '../../lib/site-time.ts';
import { useConnection, useGatewayNow, useIncidents } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { useFormat } from '../../ui/format-context.tsx';
import {
  type AlertFilters,
  belongsTo,
  type IncidentTab,
  inOrder,
  matches,
  type Within,
  withLive,
} from './incident-tab.ts';

const asks = {
  // Live comes only what ended in the last day.
  mine: { acked: false },
  all: undefined,
  recovered: { state: 'resolved', acked: false },
  history: {},
} as const;

export interface IncidentList {
  readonly incidents: readonly Incident[];
  /** Under this tab without the other filters. */
  readonly total: number;
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly dataUpdatedAt: number;
  readonly retry: () => void;
  readonly more: (() => void) | undefined;
  readonly isLoadingMore: boolean;
}

/** The incidents of one tab: what goes on comes live, what is over is asked for page by page and kept up to date live. */
export function useIncidentList(filters: AlertFilters): IncidentList {
  const language = useLanguage();
  const { user } = useMe();
  const live = useIncidents();
  const { state } = useConnection();
  const now = useGatewayNow(5_000);
  const ask = asks[filters.tab];
  const asked = useInfiniteQuery({
    queryKey: ['incidents', filters.tab],
    enabled: ask !== undefined,
    initialPageParam: undefined,
    queryFn: ({ pageParam }: { pageParam: string | undefined }) =>
      api.incidents({ ...ask, cursor: pageParam, limit: 200 }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  const known =
    ask === undefined
      ? live
      : withLive(
          (asked.data?.pages ?? []).flatMap(({ items }) => items),
          live,
        );
  const ofTab = known.filter((incident) => belongsTo(incident, filters.tab, user.name, now));
  const within = useWithin(filters);
  const shown = ofTab.filter((incident) => matches(incident, filters, language, within));
  // Of what is over the newest come first: a day further back is there once the pages reach it.
  const oldest = asked.data?.pages.at(-1)?.items.at(-1)?.since;
  const reaches = within.from !== undefined && oldest !== undefined && oldest >= within.from;
  const { fetchNextPage, hasNextPage, isFetching } = asked;
  useEffect(() => {
    if (reaches && hasNextPage && !isFetching) fetchNextPage().catch(() => undefined);
  }, [reaches, hasNextPage, isFetching, fetchNextPage]);
  return {
    incidents: inOrder(shown, filters.tab),
    total: ofTab.length,
    isLoading: ask === undefined ? state === 'connecting' : asked.isPending || (reaches && hasNextPage),
    error: ask === undefined ? null : asked.error,
    dataUpdatedAt: asked.dataUpdatedAt,
    retry: () => void asked.refetch(),
    more: ask !== undefined && asked.hasNextPage ? () => void asked.fetchNextPage() : undefined,
    isLoadingMore: asked.isFetchingNextPage,
  };
}

/** Places and days of the filters, as they are compared. */
function useWithin({ place, from, to }: AlertFilters): Within {
  const { timeZone } = useFormat();
  const { data: places = [] } = useQuery(placesQuery);
  const last = to === undefined ? undefined : parseLocal(timeZone, to);
  return {
    places: place === undefined ? undefined : placesWithin(place, places),
    from: from === undefined ? undefined : parseLocal(timeZone, from),
    to: last === undefined ? undefined : addDays(timeZone, last, 1),
  };
}

export function useTabCount(tab: IncidentTab): number {
  const { user } = useMe();
  const now = useGatewayNow(5_000);
  return useIncidents().filter((incident) => belongsTo(incident, tab, user.name, now)).length;
}
