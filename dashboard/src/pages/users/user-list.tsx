import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { User } from '#contract/http/session.ts';
import { usersQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/use-text.ts';
import { useMe } from '../../shell/use-me.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Mark } from '../../ui/mark.tsx';
import { PageState } from '../../ui/page-state.tsx';
import '../../ui/table.css';
import { AddUserDialog, ChangeUserDialog, type UserChange } from './user-dialogs.tsx';
import { roleText, usersText } from './users.text.ts';

type Open = { readonly change: UserChange; readonly user: User } | 'add' | undefined;

export function UserList() {
  const t = useText(usersText);
  const asked = useQuery(usersQuery);
  const [open, setOpen] = useState<Open>(undefined);
  const close = (): void => setOpen(undefined);
  return (
    <section className="accounts-part" aria-labelledby="users">
      <div className="accounts-head">
        <h2 id="users">{t.users}</h2>
        <button type="button" className="button button-main" onClick={() => setOpen('add')}>
          {t.add}
        </button>
      </div>
      <PageState of={asked}>
        {(users) => (
          <table className="table accounts-table">
            <thead>
              <tr>
                <th scope="col">{t.name}</th>
                <th scope="col">{t.role}</th>
                <th scope="col">{t.state}</th>
                <th scope="col" className="accounts-wide">
                  {t.created}
                </th>
                <th scope="col">{t.actions}</th>
              </tr>
            </thead>
            <tbody>
              {users.map((user) => (
                <Row key={user.id} user={user} onChange={(change) => setOpen({ change, user })} />
              ))}
            </tbody>
          </table>
        )}
      </PageState>
      {open === 'add' ? <AddUserDialog onClose={close} /> : null}
      {open !== undefined && open !== 'add' ? <ChangeUserDialog {...open} onClose={close} /> : null}
    </section>
  );
}

interface RowProps {
  readonly user: User;
  readonly onChange: (change: UserChange) => void;
}

function Row({ user, onChange }: RowProps) {
  const t = useText(usersText);
  const roles = useText(roleText);
  const format = useFormat();
  const me = useMe();
  const changes = ['changeRole', 'resetPassword', user.disabled ? 'enable' : 'disable'] as const;
  return (
    <tr data-user={user.name}>
      <th scope="row">
        {user.name} {user.id === me.user.id ? <span className="soft small">{t.you}</span> : null}
      </th>
      <td>{roles[user.role]}</td>
      <td>{user.disabled ? <Mark tone="unknown">{t.disabled}</Mark> : <Mark tone="good">{t.active}</Mark>}</td>
      <td className="accounts-wide">{format.full(user.createdAt)}</td>
      <td className="accounts-actions">
        {changes.map((change) => (
          <button
            key={change}
            type="button"
            className="button"
            aria-label={`${t[change]} ${user.name}`}
            onClick={() => onChange(change)}
          >
            {t[change]}
          </button>
        ))}
      </td>
    </tr>
  );
}
