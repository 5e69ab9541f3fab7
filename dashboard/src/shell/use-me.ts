import { useSuspenseQuery } from '@tanstack/react-query';
import type { Me } from '#contract/http/session.ts';
import { meQuery } from '../api/queries.ts';

/** Who is signed in, and the site. Only below the shell, which has asked before anything is drawn. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}
