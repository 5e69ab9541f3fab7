import type { Incident } from '#contract/http/alerts.ts';
import type { Place } from '#contract/http/campus.ts';
import type { Api } from '../api/endpoints.ts';
import { messageOf } from '../api/error-message.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import { Lasting } from '../ui/live-age.tsx';
import { SeverityMark } from '../ui/mark.tsx';
import { useAck } from './use-ack.ts';
import { wallText } from './wall.text.ts';

interface CallBannerProps {
  /** Incidents that call, the most important first. */
  readonly calling: readonly Incident[];
  readonly mayAck: boolean;
  readonly api: Api;
  readonly placeNames: ReadonlyMap<string, Place['name']>;
}

/** The one thing to do now, over the full width, until somebody acknowledges it. */
export function CallBanner({ calling, mayAck, api, placeNames }: CallBannerProps) {
  const t = useText(wallText);
  const language = useLanguage();
  const { acking, acknowledge } = useAck(api);
  const [first, ...others] = calling;
  if (!first) return null;
  const mine = acking?.id === first.id ? acking : undefined;
  const isBusy = mine !== undefined && mine.error === undefined;
  return (
    <section className={`call call-${first.severity}`}>
      <div className="call-text" role="alert">
        <p className="call-sentence">{first.sentence[language]}</p>
        <p className="call-facts">
          <SeverityMark severity={first.severity} /> {placeNames.get(first.place)?.[language] ?? first.place} ·{' '}
          <Lasting of={first} />
          {others.length > 0 ? ` · ${t.moreWaiting(others.length)}` : ''}
        </p>
        {mine?.error === undefined ? null : <p className="call-error">{messageOf(mine.error, language)}</p>}
      </div>
      {mayAck ? (
        <button type="button" className="wall-button" disabled={isBusy} onClick={() => acknowledge(first.id)}>
          {isBusy ? t.acknowledging : t.acknowledge}
        </button>
      ) : null}
    </section>
  );
}
