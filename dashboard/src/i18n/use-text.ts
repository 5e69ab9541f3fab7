import { useSyncExternalStore } from 'react';
import type { Catalogue } from './catalogue.ts';
import { currentLanguage, type Language, onLanguage } from './language.ts';

/** The chosen language; a component that reads it is drawn again when it changes. */
export function useLanguage(): Language {
  return useSyncExternalStore(onLanguage, currentLanguage);
}

/** The words of one catalogue in the chosen language: `const t = useText(doorsText); t.title; t.open(3)`. */
export function useText<W>(words: Catalogue<W>): W {
  return words[useLanguage()];
}
