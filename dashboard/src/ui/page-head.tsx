import { type ReactNode, useEffect } from 'react';
import { commonText } from '../i18n/common.text.ts';
import { useText } from '../i18n/use-text.ts';
import './page-head.css';

/**
 * Top of every page: its name, and one sentence which says the state in words before any figure does.
 * `actions` stands at the right: ranges, filters, exports.
 */
export function PageHead({
  title,
  sentence,
  actions,
}: {
  readonly title: string;
  readonly sentence: ReactNode;
  readonly actions?: ReactNode;
}) {
  const t = useText(commonText);
  useEffect(() => {
    document.title = `${title} · ${t.product}`;
  }, [title, t]);
  return (
    <header className="page-head">
      <div>
        <h1>{title}</h1>
        <p className="page-sentence">{sentence}</p>
      </div>
      {actions ? <div className="page-actions">{actions}</div> : null}
    </header>
  );
}
