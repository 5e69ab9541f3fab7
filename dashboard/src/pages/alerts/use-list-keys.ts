import { type RefObject, useEffect } from 'react';
import { isTyping } from '../../shell/keyboard.tsx';

/** j and k move the focus from row to row of a list whose rows hold a `.incident-link`. */
export function useListKeys(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const step = { j: 1, k: -1 }[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const links = [...(list.current?.querySelectorAll<HTMLElement>('.incident-link') ?? [])];
      const row = document.activeElement?.closest('.incident');
      const at = links.findIndex((link) => row?.contains(link));
      links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [list]);
}
