import { useQuery } from '@tanstack/react-query';
import type { User } from '#contract/http/session.ts';
import { usersQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/use-text.ts';
import { useConnection } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty } from '../../ui/page-state.tsx';
import { useConnectionSentence } from '../../ui/use-connection-sentence.ts';
import { useWaiting } from '../../ui/use-waiting.ts';
import { TokenList } from './token-list.tsx';
import { UserList } from './user-list.tsx';
import './users.css';
import { usersText } from './users.text.ts';

export function UsersPage() {
  const t = useText(usersText);
  const { user } = useMe();
  return user.role === 'admin' ? (
    <Accounts />
  ) : (
    <>
      <PageHead title={t.title} sentence={t.notYours} />
      <Empty title={t.notYours}>
        <p>{t.notYoursHint}</p>
      </Empty>
    </>
  );
}

function Accounts() {
  const t = useText(usersText);
  const broken = useConnectionSentence();
  const isBroken = useConnection().state === 'broken';
  const asked = useQuery(usersQuery);
  const waiting = useWaiting([asked]);
  const { data } = asked;
  return (
    <>
      <PageHead title={t.title} sentence={broken ?? (data ? sentenceOf(data, t) : waiting)} />
      <div className={isBroken ? 'accounts-stale' : ''} data-outdated={isBroken}>
        <UserList />
        <TokenList />
      </div>
    </>
  );
}

function sentenceOf(users: readonly User[], t: (typeof usersText)['zh']): string {
  const disabled = users.filter((user) => user.disabled).length;
  return t.sentence(users.length - disabled, disabled);
}
