import { useCallback, useEffect, useState } from 'react';
import { keepDraft, type OnboardDraft, readDraft } from './onboard-draft.ts';

/** The draft of one topic, kept in the tab at every change. Mount anew for another topic (`key`). */
export function useDraft(topic: string): [OnboardDraft, (change: Partial<OnboardDraft>) => void] {
  const [draft, setDraft] = useState(() => readDraft(topic));
  useEffect(() => keepDraft(topic, draft), [topic, draft]);
  const change = useCallback((next: Partial<OnboardDraft>) => setDraft((before) => ({ ...before, ...next })), []);
  return [draft, change];
}
