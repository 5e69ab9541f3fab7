import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { RefusalItem } from '#contract/http/refusals.ts';
import { refusalsQuery } from '../../api/onboarding-queries.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { readsRefusals } from '../../lib/permissions.ts';
import { useConnection, useGatewayNow } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { LiveAge } from '../../ui/live-age.tsx';
import { Mark } from '../../ui/mark.tsx';
import { PageState } from '../../ui/page-state.tsx';
import './refusals.css';
import { refusalsText } from './refusals.text.ts';

/** So many are drawn at once; the gateway keeps 500. */
const pageRows = 20;

/** Clients and messages that the MQTT door turned away, for those who can do something about it. */
export function RefusalSection() {
  const t = useText(refusalsText);
  if (!readsRefusals(useMe())) return null;
  return (
    <section className="refusals" aria-labelledby="refusals">
      <h2 id="refusals">{t.title}</h2>
      <Refusals />
    </section>
  );
}

/** The same where it is not what the page is about: one line until it is opened. */
export function FoldedRefusals() {
  const t = useText(refusalsText);
  const mayRead = readsRefusals(useMe());
  const count = useQuery({ ...refusalsQuery, enabled: mayRead }).data?.length;
  if (!mayRead) return null;
  return (
    <details className="refusals refusals-folded">
      <summary>
        {t.title} {count === undefined ? null : <span className="refusals-count">{count}</span>}
      </summary>
      <Refusals />
    </details>
  );
}

function Refusals() {
  const t = useText(refusalsText);
  const asked = useQuery(refusalsQuery);
  const isBroken = useConnection().state === 'broken';
  const [rows, setRows] = useState(pageRows);
  return (
    <div className={isBroken ? 'device-stale' : ''} data-outdated={isBroken}>
      <p className="soft small">{t.hint}</p>
      <PageState
        of={asked}
        height={80}
        isEmpty={(refusals) => refusals.length === 0}
        empty={<p className="refusals-none">{t.none}</p>}
      >
        {(refusals) => (
          <>
            <ol>
              {refusals.slice(0, rows).map((refusal) => (
                <RefusalRow key={keyOf(refusal)} refusal={refusal} />
              ))}
            </ol>
            {refusals.length > rows ? (
              <button type="button" className="button refusals-more" onClick={() => setRows(rows + pageRows)}>
                {t.more(Math.min(pageRows, refusals.length - rows))}
              </button>
            ) : null}
          </>
        )}
      </PageState>
    </div>
  );
}

const keyOf = ({ reason, address, login, clientId }: RefusalItem): string =>
  JSON.stringify([reason, address, login, clientId]);

const tones = { refused: 'critical', closed: 'critical', dropped: 'attention', limited: 'plain' } as const;

function RefusalRow({ refusal }: { readonly refusal: RefusalItem }) {
  const t = useText(refusalsText);
  const language = useLanguage();
  const format = useFormat();
  const now = useGatewayNow(10_000);
  const { login, clientId, address, reason, effect, detail, count, firstAt, lastAt, why, change } = refusal;
  return (
    <li className="refused" data-refusal={reason}>
      <p className="refused-head">
        <Mark tone={tones[effect]}>{t[effect]}</Mark>
        <strong className="refused-who">{login ?? t.noLogin}</strong>
        <span className="refused-count">
          {t.count(format.number(count))} · {t.last} <LiveAge at={lastAt} />
        </span>
      </p>
      <p className="soft small refused-from">
        {clientId === null ? (
          t.noClient
        ) : (
          <>
            {t.client} <code>{clientId === '' ? '""' : clientId}</code>
          </>
        )}{' '}
        · {t.from} <code>{address}</code> · {t.since(format.moment(firstAt, now))}
      </p>
      <p className="refused-why">
        {pick(why, language)}
        {detail === null ? null : (
          <>
            {' '}
            {t.detail} <code>{detail}</code>
          </>
        )}
      </p>
      <p className="refused-change">
        <strong>{t.change}</strong> {pick(change, language)}{' '}
        {reason === 'device-retired' && login !== null ? (
          <Link to="/devices/$deviceId" params={{ deviceId: login }}>
            {t.toDevice}
          </Link>
        ) : null}
      </p>
    </li>
  );
}
