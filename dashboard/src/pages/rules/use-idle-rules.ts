import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { RuleConfig } from '#contract/config/rules.ts';
import { placesQuery } from '../../api/queries.ts';
import { useConnection, useDevices } from '../../live/use-live.ts';
import { idleRules } from './idle-rules.ts';

const none: ReadonlySet<string> = new Set();

/** Ids of the rules that can never alert; none as long as devices and places are not known yet. */
export function useIdleRules(rules: readonly RuleConfig[]): ReadonlySet<string> {
  const devices = useDevices();
  const { data: places } = useQuery(placesQuery);
  const { state } = useConnection();
  return useMemo(
    () => (places === undefined || state === 'connecting' ? none : idleRules(rules, devices, places)),
    [rules, devices, places, state],
  );
}
