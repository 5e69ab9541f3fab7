import { type RefObject, useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { copyText } from './copy.text.ts';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for those who cannot see what the button stands beside. */
  readonly what: string;
  /** Where the text stands: it is selected, so that it can be copied by hand where the browser gives no clipboard. */
  readonly from: RefObject<HTMLElement | null>;
}

/** Copies a text, or selects it and says how to go on. */
export function CopyButton({ text, what, from }: CopyButtonProps) {
  const t = useText(copyText);
  const [said, setSaid] = useState<'copied' | 'byHand' | undefined>(undefined);
  const copy = async (): Promise<void> => {
    if (from.current) getSelection()?.selectAllChildren(from.current);
    try {
      await navigator.clipboard.writeText(text);
      setSaid('copied');
    } catch {
      // Over plain HTTP in a school's network browsers give no clipboard.
      setSaid('byHand');
    }
  };
  return (
    <span className="copy">
      <button type="button" className="button" aria-label={`${t.copy} ${what}`} onClick={() => void copy()}>
        {t.copy}
      </button>
      <span className="small" role="status">
        {said === undefined ? '' : t[said]}
      </span>
    </span>
  );
}
