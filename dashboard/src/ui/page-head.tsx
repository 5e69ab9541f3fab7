import { type ReactNode, useEffect } from 'react';
import { commonText } from '../i18n/common.text.ts';
import { useText } from '../i18n/use-text.ts';
import { isUnseen } from '../lib/incidents.ts';
import { useIncidents } from '../live/use-live.ts';
import './page-head.css';

/**
 * Top of every page: its name, which the tab of the browser says with how much people must still look at, and one sentence which says the state in words before any figure does.
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
  const unseen = useIncidents().filter(isUnseen).length;
  useEffect(() => {
    document.title = `${unseen > 0 ? `(${unseen}) ` : ''}${title} · ${t.product}`;
  }, [title, t, unseen]);
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
