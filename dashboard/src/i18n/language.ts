import type { Text } from '#contract/enums.ts';

export type Language = 'zh' | 'en';

const storageKey = 'houqin.language';
const listeners = new Set<() => void>();

function stored(): Language {
  try {
    return localStorage.getItem(storageKey) === 'en' ? 'en' : 'zh';
  } catch {
    return 'zh';
  }
}

let current: Language | undefined;

/** The language of this browser: Chinese until somebody chooses. */
export function currentLanguage(): Language {
  current ??= stored();
  return current;
}

/** Switches every text on the page at once and is remembered in this browser. */
export function setLanguage(language: Language): void {
  current = language;
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN';
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // A browser that stores nothing still switches until it is closed.
  }
  for (const listener of listeners) listener();
}

export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The half of a text pair which is read in `language`. */
export function pick(text: Text, language: Language): string {
  return text[language];
}
