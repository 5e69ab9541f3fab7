import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Onboarded } from '#contract/http/onboarding.ts';

/** What follows a save: the draft is forgotten, lists are asked for again, and the page says what became of it. */
export function useOnboarded(forget: () => void): (made: Onboarded) => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useCallback(
    async ({ device, recovered }: Onboarded) => {
      // Replaced: "back" must not lead into a form that was saved already.
      await navigate({
        to: '/devices/onboard',
        search: { saved: device, recovered: String(recovered) },
        replace: true,
      });
      forget();
      client.removeQueries({ queryKey: ['onboarding', 'fields'] });
      await Promise.all(
        ['devices', 'profiles', 'quarantine', 'onboarding'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      );
    },
    [client, navigate, forget],
  );
}
