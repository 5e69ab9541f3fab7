import { useRef, useState } from 'react';
import type { TokenScope } from '../../api/endpoints.ts';
import { useText } from '../../i18n/use-text.ts';
import { QrCode } from '../../ui/qr-code.tsx';
import { tokensText } from './tokens.text.ts';

export interface MadeToken {
  readonly name: string;
  readonly scope: TokenScope;
  readonly secret: string;
}

/** The secret of a token just made, shown until it is put away: it can never be seen again. A kiosk's comes as its link. */
export function NewToken({ made, onDone }: { readonly made: MadeToken; readonly onDone: () => void }) {
  const t = useText(tokensText);
  const [copied, setCopied] = useState<'yes' | 'by hand' | undefined>(undefined);
  const field = useRef<HTMLInputElement>(null);
  const isWall = made.scope === 'kiosk';
  const shown = isWall ? `${location.origin}/wall#token=${encodeURIComponent(made.secret)}` : made.secret;
  const copy = async (): Promise<void> => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(shown);
      setCopied('yes');
    } catch {
      // Over plain HTTP in a school's network browsers give no clipboard.
      setCopied('by hand');
    }
  };
  return (
    <div className="new-token" role="status">
      <p className="new-token-title">
        {t.made} · {made.name}
      </p>
      <p>{t.once}</p>
      <label className="field">
        <span>{isWall ? t.wallLink : t.secret}</span>
        <input className="input" ref={field} readOnly value={shown} onFocus={(event) => event.target.select()} />
      </label>
      {isWall ? (
        <figure className="new-token-code">
          <QrCode text={shown} label={t.wallCode} />
          <figcaption className="soft small">{t.wallCodeHint}</figcaption>
        </figure>
      ) : null}
      <div className="new-token-buttons">
        <button type="button" className="button button-main" onClick={() => void copy()}>
          {t.copy}
        </button>
        <button type="button" className="button" onClick={onDone}>
          {t.done}
        </button>
        {copied === undefined ? null : <span>{copied === 'yes' ? t.copied : t.copyByHand}</span>}
      </div>
    </div>
  );
}
