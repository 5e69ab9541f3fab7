import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { placesQuery } from '../api/queries.ts';
import { pick } from '../i18n/language.ts';
import { useLanguage } from '../i18n/use-text.ts';

/** The name of a place in the chosen language; its id while the places are not yet known. */
export function usePlaceName(): (place: string) => string {
  const language = useLanguage();
  const { data } = useQuery(placesQuery);
  const names = useMemo(() => new Map((data ?? []).map(({ id, name }) => [id, name])), [data]);
  return useCallback(
    (place) => {
      const name = names.get(place);
      return name ? pick(name, language) : place;
    },
    [names, language],
  );
}
