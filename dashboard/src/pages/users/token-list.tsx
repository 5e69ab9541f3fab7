import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiToken } from '#contract/http/session.ts';
import { tokensQuery } from '../../api/queries.ts';
import { commonText } from '../../i18n/common.text.ts';
import { useText } from '../../i18n/use-text.ts';
import { localDate } from '../../lib/site-time.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Empty, PageState } from '../../ui/page-state.tsx';
import '../../ui/table.css';
import { type MadeToken, NewToken } from './new-token.tsx';
import { AddTokenDialog, RevokeTokenDialog } from './token-dialogs.tsx';
import { tokensText } from './tokens.text.ts';

export function TokenList() {
  const t = useText(tokensText);
  const asked = useQuery(tokensQuery);
  const [open, setOpen] = useState<ApiToken | 'add' | undefined>(undefined);
  const [made, setMade] = useState<MadeToken | undefined>(undefined);
  const close = (): void => setOpen(undefined);
  return (
    <section className="accounts-part" aria-labelledby="tokens">
      <div className="accounts-head">
        <h2 id="tokens">{t.tokens}</h2>
        <button type="button" className="button" onClick={() => setOpen('add')}>
          {t.add}
        </button>
      </div>
      <p className="soft small">{t.hint}</p>
      {made ? <NewToken made={made} onDone={() => setMade(undefined)} /> : null}
      <PageState of={asked} isEmpty={(tokens) => tokens.length === 0} empty={<Empty title={t.none} />}>
        {(tokens) => <Table tokens={tokens} onRevoke={setOpen} />}
      </PageState>
      {open === 'add' ? <AddTokenDialog onMade={setMade} onClose={close} /> : null}
      {open !== undefined && open !== 'add' ? <RevokeTokenDialog token={open} onClose={close} /> : null}
    </section>
  );
}

interface TableProps {
  readonly tokens: readonly ApiToken[];
  readonly onRevoke: (token: ApiToken) => void;
}

function Table({ tokens, onRevoke }: TableProps) {
  const t = useText(tokensText);
  return (
    <table className="table accounts-table">
      <thead>
        <tr>
          <th scope="col">{t.name}</th>
          <th scope="col">{t.scope}</th>
          <th scope="col" className="accounts-wide">
            {t.created}
          </th>
          <th scope="col" className="accounts-wide">
            {t.lastUsed}
          </th>
          <th scope="col" className="accounts-wide">
            {t.expires}
          </th>
          <th scope="col">
            <span className="visually-hidden">{t.revoke}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <Row key={token.id} token={token} onRevoke={onRevoke} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ token, onRevoke }: { readonly token: ApiToken; readonly onRevoke: TableProps['onRevoke'] }) {
  const t = useText(tokensText);
  const common = useText(commonText);
  const format = useFormat();
  const now = useGatewayNow(10_000);
  const { expiresAt, lastUsedAt } = token;
  return (
    <tr data-token={token.name}>
      <th scope="row">{token.name}</th>
      <td>{t[token.scope]}</td>
      <td className="accounts-wide">{t.by(token.createdBy, format.moment(token.createdAt, now))}</td>
      <td className="accounts-wide">{lastUsedAt === null ? common.never : format.moment(lastUsedAt, now)}</td>
      <td className="accounts-wide">
        {expiresAt === null ? t.forEver : localDate(format.timeZone, expiresAt)}{' '}
        {expiresAt !== null && expiresAt <= now ? <Mark tone="attention">{t.expired}</Mark> : null}
      </td>
      <td className="accounts-actions">
        <button
          type="button"
          className="button"
          aria-label={`${t.revoke} ${token.name}`}
          onClick={() => onRevoke(token)}
        >
          {t.revoke}
        </button>
      </td>
    </tr>
  );
}
