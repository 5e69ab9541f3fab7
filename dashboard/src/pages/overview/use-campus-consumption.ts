import { useQueries, useQuery } from '@tanstack/react-query';
import type { Resource } from '#contract/enums.ts';
import type { ConsumptionResponse } from '#contract/http/energy.ts';
import { consumptionQuery, placesQuery } from '../../api/queries.ts';
import { addConsumption } from '../../lib/consumption-sum.ts';
import type { Fetched } from '../../ui/page-state.tsx';

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Consumption of the whole campus by the hour or day: the sum of the roots of the place tree. */
export function useCampusConsumption(
  resource: Resource,
  { from, to }: Range,
  step: 'hour' | 'day' = 'hour',
): Fetched<ConsumptionResponse | undefined> {
  const places = useQuery(placesQuery);
  const roots = (places.data ?? []).filter(({ parent }) => parent === null);
  const answers = useQueries({
    // Just after midnight there is nothing to ask yet.
    queries: from < to ? roots.map(({ id }) => consumptionQuery({ place: id, resource, from, to, step })) : [],
  });
  const known = answers.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const failed = places.error ?? answers.find(({ error }) => error)?.error ?? null;
  const isComplete = places.data !== undefined && known.length === answers.length;
  return {
    data: isComplete ? addConsumption(known) : undefined,
    error: failed,
    dataUpdatedAt: Math.min(...answers.map(({ dataUpdatedAt }) => dataUpdatedAt)),
    refetch: () => Promise.all([places, ...answers].filter(({ error }) => error).map(({ refetch }) => refetch())),
  };
}
