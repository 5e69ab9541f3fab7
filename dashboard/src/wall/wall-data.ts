import { useEffect, useState } from 'react';
import type { Place } from '#contract/http/campus.ts';
import type { Me } from '#contract/http/session.ts';
import type { Api } from '../api/endpoints.ts';
import { ApiError } from '../api/http.ts';

const retryMs = 3_000;

export type Entry =
  | { readonly state: 'asking'; readonly hasFailed: boolean }
  | { readonly state: 'refused' }
  | { readonly state: 'in'; readonly me: Me; readonly placeNames: ReadonlyMap<string, Place['name']> };

/** Who this wall is, asked again and again until the gateway answers: a wall boots together with its gateway. */
export function useEntry(api: Api): Entry {
  const [entry, setEntry] = useState<Entry>({ state: 'asking', hasFailed: false });
  useEffect(() => {
    let isGone = false;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async (): Promise<void> => {
      try {
        const [me, places] = await Promise.all([api.me(), api.places()]);
        if (!isGone) setEntry({ state: 'in', me, placeNames: new Map(places.map(({ id, name }) => [id, name])) });
      } catch (error) {
        if (isGone) return;
        const isRefused = error instanceof ApiError && (error.status === 401 || error.status === 403);
        setEntry(isRefused ? { state: 'refused' } : { state: 'asking', hasFailed: true });
        timer = setTimeout(() => void ask(), isRefused ? 10 * retryMs : retryMs);
      }
    };
    void ask();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [api]);
  return entry;
}
