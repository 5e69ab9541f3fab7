import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { profilesQuery } from '../../api/queries.ts';
import { proposedProfileId } from './onboard-draft.ts';

/** Id and name of the profile that would be written for a topic. */
export function useProfileName(topic: string, level: number | null): { readonly id: string; readonly name: string } {
  const { data } = useQuery(profilesQuery);
  const ids = (data ?? []).map(({ id }) => id).join(' ');
  return useMemo(() => {
    const id = proposedProfileId(topic, level, new Set(ids.split(' ')));
    return { id, name: id };
  }, [topic, level, ids]);
}
