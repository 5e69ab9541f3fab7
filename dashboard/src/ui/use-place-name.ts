import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { placesQuery } from '../api/queries.ts';
import { pick } from '../i18n/language.ts';
import { useLanguage } from '../i18n/use-text.ts';

/** The name of a place in the chosen language; its id where there is no such place, nothing while the places are not there. */
export function usePlaceName(): (place: string) => string {
  const language = useLanguage();
  const { data, isPending } = useQuery(placesQuery);
  const names = useMemo(() => new Map((data ?? []).map(({ id, name }) => [id, name])), [data]);
  return useCallback(
    (place) => {
      const name = names.get(place);
      if (name) return pick(name, language);
      return isPending ? '' : place;
    },
    [names, language, isPending],
  );
}
