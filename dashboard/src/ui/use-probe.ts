import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Device } from '#contract/http/campus.ts';
import type { ProbeState } from '#contract/http/probes.ts';
import { probesQuery } from '../api/queries.ts';

/** What the gateway found when it last looked for a device by itself; undefined where it does not, or nothing is known yet. */
export function useProbe({ id, state }: Pick<Device, 'id' | 'state'>): ProbeState | undefined {
  const { data, refetch } = useQuery({ ...probesQuery, select: (probes) => probes.get(id) });
  const explained = useRef(state);
  // The reason must not stand seconds behind the verdict; changes of many at once are one question.
  useEffect(() => {
    if (explained.current === state) return;
    explained.current = state;
    void refetch({ cancelRefetch: false });
  }, [state, refetch]);
  return data;
}
