import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/api.ts';

/** So many requests are under way at once: the gateway gives one person's a share of its time. */
const atOnce = 4;

interface Bulk {
  readonly incidents: readonly string[];
  readonly note: string;
}

/** Acknowledges several, one request each; yields those that were refused. What is new comes back live. */
export function useBulkAcknowledge() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ incidents, note }: Bulk): Promise<readonly string[]> => {
      const refused: string[] = [];
      const body = note.trim() === '' ? {} : { note: note.trim() };
      const waiting = incidents.values();
      const one = async (): Promise<void> => {
        for (const incident of waiting)
          await api.actOnIncident(incident, 'ack', body).catch(() => refused.push(incident));
      };
      await Promise.all(Array.from({ length: atOnce }, one));
      return refused;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['incident'] }),
  });
}
