import { useEffect, useState } from 'react';
import type { Incident } from '#contract/http/alerts.ts';
import type { Place } from '#contract/http/campus.ts';
import type { Api } from '../api/endpoints.ts';
import { messageOf } from '../api/error-message.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import { LiveDuration } from '../ui/live-age.tsx';
import { SeverityMark } from '../ui/mark.tsx';
import { wallText } from './wall.text.ts';

interface CallBannerProps {
  /** Incidents that call, the most important first. */
  readonly calling: readonly Incident[];
  readonly mayAck: boolean;
  readonly api: Api;
  readonly placeNames: ReadonlyMap<string, Place['name']>;
}

const REFUSAL_MS = 15_000;

/** The one thing to do now, over the full width, until somebody acknowledges it. */
export function CallBanner({ calling, mayAck, api, placeNames }: CallBannerProps) {
  const t = useText(wallText);
  const language = useLanguage();
  const [ack, setAck] = useState<{ id: string; error?: unknown } | undefined>(undefined);
  const error = ack?.error;
  // A refusal is news for a moment: the wall must not go on saying what may be over by now.
  useEffect(() => {
    if (error === undefined) return;
    const timer = setTimeout(() => setAck(undefined), REFUSAL_MS);
    return () => clearTimeout(timer);
  }, [error]);
  const [first, ...others] = calling;
  if (!first) return null;
  const acknowledge = async (): Promise<void> => {
    setAck({ id: first.id });
    try {
      await api.actOnIncident(first.id, 'ack');
    } catch (error) {
      setAck({ id: first.id, error });
    }
  };
  const mine = ack?.id === first.id ? ack : undefined;
  const isBusy = mine !== undefined && mine.error === undefined;
  return (
    <section className={`call call-${first.severity}`}>
      <div className="call-text" role="alert">
        <p className="call-sentence">{first.sentence[language]}</p>
        <p className="call-facts">
          <SeverityMark severity={first.severity} /> {placeNames.get(first.place)?.[language] ?? first.place} ·{' '}
          <LiveDuration at={first.since} />
          {others.length > 0 ? ` · ${t.moreWaiting(others.length)}` : ''}
        </p>
        {mine?.error === undefined ? null : <p className="call-error">{messageOf(mine.error, language)}</p>}
      </div>
      {mayAck ? (
        <button type="button" className="wall-button" disabled={isBusy} onClick={() => void acknowledge()}>
          {isBusy ? t.acknowledging : t.acknowledge}
        </button>
      ) : null}
    </section>
  );
}
