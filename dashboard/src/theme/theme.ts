import { useSyncExternalStore } from 'react';

export type ThemeChoice = 'system' | 'light' | 'dark';

const storageKey = 'houqin.theme';
const listeners = new Set<() => void>();
const systemDark = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');

function stored(): ThemeChoice {
  try {
    const value = localStorage.getItem(storageKey);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

let choice: ThemeChoice | undefined;

function themeChoice(): ThemeChoice {
  choice ??= stored();
  return choice;
}

function shownTheme(): 'light' | 'dark' {
  const chosen = themeChoice();
  if (chosen !== 'system') return chosen;
  return systemDark().matches ? 'dark' : 'light';
}

function show(): void {
  document.documentElement.dataset['theme'] = shownTheme();
  for (const listener of listeners) listener();
}

export function setTheme(next: ThemeChoice): void {
  choice = next;
  try {
    localStorage.setItem(storageKey, next);
  } catch {
    // Without storage the choice holds until the page is closed.
  }
  show();
}

/** Follows the system while nobody has chosen. public/early-look.js has set the attribute before the first paint. */
export function followSystemTheme(): void {
  systemDark().addEventListener('change', show);
  show();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, themeChoice);
}

/** What is on the screen, whoever chose it. */
export function useShownTheme(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, shownTheme);
}
