import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/api.ts';

/** Acknowledges an incident; the new state comes back live, to everybody at once. */
export function useAcknowledge() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (incident: string) => api.actOnIncident(incident, 'ack'),
    onSuccess: (_answer, incident) => client.invalidateQueries({ queryKey: ['incident', incident] }),
  });
}
