import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { useLanguage } from '../i18n/use-text.ts';
import { createFormat, type Format } from '../lib/format.ts';

const SiteZone = createContext('Asia/Shanghai');

/** Says in which zone the site lies (from /me); all times below it are shown there. */
export function SiteZoneProvider({ zone, children }: { readonly zone: string; readonly children: ReactNode }) {
  return <SiteZone value={zone}>{children}</SiteZone>;
}

/** Numbers and times in the chosen language and the site's zone. */
export function useFormat(): Format {
  const language = useLanguage();
  const zone = useContext(SiteZone);
  return useMemo(() => createFormat(language, zone), [language, zone]);
}
