import { useQuery } from '@tanstack/react-query';
import { profilesQuery } from '../api/queries.ts';
import { pick } from '../i18n/language.ts';
import { useLanguage } from '../i18n/use-text.ts';

/** The display name of a data format; its id where the list does not have it, nothing while the list is not there. */
export function useProfileName(): (profile: string) => string {
  const language = useLanguage();
  const { data, isPending } = useQuery(profilesQuery);
  return (profile) => {
    const found = data?.find(({ id }) => id === profile);
    if (found) return pick(found.name, language);
    return isPending ? '' : profile;
  };
}
