import { useLocation, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

export type FilterChange = Readonly<Record<string, string | undefined>>;

/**
 * What a page shows, kept in its address. `parse` turns the query into the page's own filters, with defaults for what is absent
 * or illegal; the setter merges into the query (undefined removes a name) and replaces the entry in the history unless `push`.
 * `parse` must be a constant function.
 */
export function useFilters<T>(
  parse: (query: URLSearchParams) => T,
): [T, (change: FilterChange, push?: boolean) => void] {
  const navigate = useNavigate();
  const query = useLocation({ select: ({ searchStr }) => searchStr });
  const filters = useMemo(() => parse(new URLSearchParams(query)), [parse, query]);
  const change = useCallback(
    (next: FilterChange, push = false) => {
      navigate({ to: '.', search: (before: FilterChange) => ({ ...before, ...next }), replace: !push }).catch(
        () => undefined,
      );
    },
    [navigate],
  );
  return [filters, change];
}
