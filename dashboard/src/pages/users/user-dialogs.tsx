import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Role } from '#contract/enums.ts';
import type { User } from '#contract/http/session.ts';
import { api } from '../../api/api.ts';
import { usersQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/use-text.ts';
import { useMe } from '../../shell/use-me.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { roleText, usersText } from './users.text.ts';

export type UserChange = 'changeRole' | 'resetPassword' | 'disable' | 'enable';

/** What can be given today; the gateway refuses the others (gateway/src/api/caller.ts). */
const givenRoles = ['guard', 'office', 'admin'] as const;

const field = (fields: FormData, name: string): string => String(fields.get(name) ?? '');
const roleIn = (fields: FormData): Role => givenRoles.find((role) => role === fields.get('role')) ?? 'guard';

function useRefreshed(onClose: () => void): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    onClose();
    await client.invalidateQueries({ queryKey: usersQuery.queryKey });
  };
}

export function AddUserDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText(usersText);
  const add = useMutation({ mutationFn: api.addUser, onSuccess: useRefreshed(onClose) });
  return (
    <FormDialog
      title={t.add}
      action={t.add}
      busyAction={t.saving}
      isBusy={add.isPending}
      error={add.error}
      onSubmit={(fields) =>
        add.mutate({ name: field(fields, 'name').trim(), password: field(fields, 'password'), role: roleIn(fields) })
      }
      onClose={onClose}
    >
      <label className="field">
        <span>{t.name}</span>
        <input className="input" name="name" required maxLength={64} autoComplete="off" />
      </label>
      <PasswordField label={t.password} />
      <RoleField given="guard" />
      <p className="soft small">{t.addHint}</p>
    </FormDialog>
  );
}

interface ChangeProps {
  readonly user: User;
  readonly change: UserChange;
  readonly onClose: () => void;
}

export function ChangeUserDialog({ user, change, onClose }: ChangeProps) {
  const t = useText(usersText);
  const me = useMe();
  const refreshed = useRefreshed(onClose);
  const save = useMutation({
    mutationFn: (fields: FormData) => api.changeUser(user.id, bodyOf(change, fields)),
    onSuccess: refreshed,
  });
  const ask = { disable: t.disableAsk(user.name), enable: t.enableAsk(user.name) };
  return (
    <FormDialog
      title={`${t[change]} · ${user.name}`}
      action={change === 'disable' || change === 'enable' ? t[change] : t.save}
      busyAction={t.saving}
      isBusy={save.isPending}
      error={save.error}
      onSubmit={(fields) => save.mutate(fields)}
      onClose={onClose}
    >
      {change === 'changeRole' ? <RoleField given={user.role} /> : null}
      {change === 'resetPassword' ? <PasswordField label={t.newPassword} /> : null}
      {change === 'disable' || change === 'enable' ? <p>{ask[change]}</p> : null}
      {change === 'enable' ? null : <p className="soft small">{user.id === me.user.id ? t.signsYouOut : t.signsOut}</p>}
    </FormDialog>
  );
}

function bodyOf(change: UserChange, fields: FormData): Parameters<typeof api.changeUser>[1] {
  if (change === 'changeRole') return { role: roleIn(fields) };
  if (change === 'resetPassword') return { password: field(fields, 'password') };
  return { disabled: change === 'disable' };
}

/** Shown as it is typed: it is told to somebody else, and a typing error would lock them out. */
function PasswordField({ label }: { readonly label: string }) {
  return (
    <label className="field">
      <span>{label}</span>
      <input className="input" name="password" required minLength={10} maxLength={256} autoComplete="new-password" />
    </label>
  );
}

function RoleField({ given }: { readonly given: Role }) {
  const t = useText(usersText);
  const roles = useText(roleText);
  const may = { admin: roles.adminMay, office: roles.officeMay, guard: roles.guardMay };
  return (
    <fieldset className="accounts-choices">
      <legend>{t.role}</legend>
      {givenRoles.map((name) => (
        <label key={name}>
          <input type="radio" name="role" value={name} defaultChecked={name === given} required />
          <span>
            {roles[name]} <small className="soft">{may[name]}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
