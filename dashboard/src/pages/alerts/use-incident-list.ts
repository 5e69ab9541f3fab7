import { useInfiniteQuery } from '@tanstack/react-query';
import type { Incident } from '#contract/http/alerts.ts';
import { api } from '../../api/api.ts';
import { useLanguage } from '../../i18n/use-text.ts';
import { useConnection, useGatewayNow, useIncidents } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { type AlertFilters, belongsTo, type IncidentTab, inOrder, matches, withLive } from './incident-tab.ts';

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
      api.incidents({ ...ask, cursor: pageParam, limit: 50 }),
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
  const shown = ofTab.filter((incident) => matches(incident, filters, language));
  return {
    incidents: inOrder(shown, filters.tab),
    total: ofTab.length,
    isLoading: ask === undefined ? state === 'connecting' : asked.isPending,
    error: ask === undefined ? null : asked.error,
    dataUpdatedAt: asked.dataUpdatedAt,
    retry: () => void asked.refetch(),
    more: ask !== undefined && asked.hasNextPage ? () => void asked.fetchNextPage() : undefined,
    isLoadingMore: asked.isFetchingNextPage,
  };
}

export function useTabCount(tab: IncidentTab): number {
  const { user } = useMe();
  const now = useGatewayNow(5_000);
  return useIncidents().filter((incident) => belongsTo(incident, tab, user.name, now)).length;
}
