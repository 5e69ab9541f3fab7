import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/api.ts';
import type { Rules } from '../../api/endpoints.ts';
import { ApiError, type Tagged } from '../../api/http.ts';
import { rulesQuery } from '../../api/queries.ts';

export interface RuleDraft {
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly isDirty: boolean;
  /** Somebody else has changed the file since this text was begun. */
  readonly isOvertaken: boolean;
  /** The newest version was fetched while this text was kept: saving overwrites it. */
  readonly isOverwriting: boolean;
  readonly save: ReturnType<typeof useSave>;
  /** Fetches the newest version and stands on it from now on, with this text or with its own. */
  readonly take: ReturnType<typeof useTake>;
  /** Back to the text of the version it stands on. */
  readonly discard: () => void;
}

const isConflict = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 409 || error.status === 412 || error.status === 428);

function useSave(onSaved: (answer: Tagged<Rules>) => void) {
  return useMutation({
    mutationFn: ({ text, etag }: { text: string; etag: string }) => api.saveRules(text, etag),
    onSuccess: onSaved,
  });
}

function useTake(onTaken: (version: Tagged<Rules>, keepText: boolean) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (_: 'keep my text' | 'drop my text') => client.fetchQuery({ ...rulesQuery, staleTime: 0 }),
    onSuccess: (version, mode) => onTaken(version, mode === 'keep my text'),
  });
}

/** A text being edited and the version it stands on, which may fall behind that of the gateway. */
export function useRuleDraft(newest: Tagged<Rules>): RuleDraft & { readonly submit: () => void } {
  const client = useQueryClient();
  const [base, setBase] = useState(newest);
  const [text, setText] = useState(newest.body.yaml);
  const [isOverwriting, setOverwriting] = useState(false);
  const standOn = (version: Tagged<Rules>, keepText: boolean): void => {
    setBase(version);
    setOverwriting(keepText && version.body.yaml !== text);
    if (!keepText) setText(version.body.yaml);
  };
  const save = useSave((answer) => {
    client.setQueryData(rulesQuery.queryKey, answer);
    standOn(answer, false);
  });
  const take = useTake((version, keepText) => {
    save.reset();
    standOn(version, keepText);
  });
  const isDirty = text !== base.body.yaml;
  const isNewer = newest.etag !== base.etag;
  // Nothing was typed: what is shown may simply become the newest.
  if (isNewer && !isDirty && !save.isPending) standOn(newest, false);
  return {
    text,
    setText,
    isDirty,
    isOvertaken: (isNewer && isDirty && !save.isPending) || isConflict(save.error),
    isOverwriting,
    save,
    submit: () => save.mutate({ text, etag: base.etag }),
    take,
    discard: () => {
      save.reset();
      setText(base.body.yaml);
      setOverwriting(false);
    },
  };
}
