import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiToken } from '#contract/http/session.ts';
import { api } from '../../api/api.ts';
import { tokensQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/use-text.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import type { MadeToken } from './new-token.tsx';
import { tokensText } from './tokens.text.ts';

const scopes = ['kiosk', 'read', 'write'] as const;
const lengths = [30, 90, 365, 1_095] as const;

interface AddProps {
  readonly onMade: (made: MadeToken) => void;
  readonly onClose: () => void;
}

export function AddTokenDialog({ onMade, onClose }: AddProps) {
  const t = useText(tokensText);
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: api.addToken,
    onSuccess: async ({ token, secret }) => {
      onMade({ name: token.name, scope: token.scope, secret });
      onClose();
      await client.invalidateQueries({ queryKey: tokensQuery.queryKey });
    },
  });
  const submit = (fields: FormData): void => {
    const days = fields.get('days');
    add.mutate({
      name: String(fields.get('name') ?? '').trim(),
      scope: scopes.find((scope) => scope === fields.get('scope')) ?? 'kiosk',
      days: days === 'ever' ? null : Number(days),
    });
  };
  return (
    <FormDialog
      title={t.add}
      action={t.create}
      busyAction={t.creating}
      isBusy={add.isPending}
      error={add.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <label className="field">
        <span>{t.name}</span>
        <input className="input" name="name" required maxLength={64} autoComplete="off" />
      </label>
      <ScopeField />
      <label className="field">
        <span>{t.days}</span>
        <select className="input" name="days" defaultValue="365">
          {lengths.map((days) => (
            <option key={days} value={days}>
              {t.forDays(days)}
            </option>
          ))}
          <option value="ever">{t.forEver}</option>
        </select>
      </label>
    </FormDialog>
  );
}

function ScopeField() {
  const t = useText(tokensText);
  const may = { kiosk: t.kioskMay, read: t.readMay, write: t.writeMay };
  return (
    <fieldset className="accounts-choices">
      <legend>{t.scope}</legend>
      {scopes.map((scope) => (
        <label key={scope}>
          <input type="radio" name="scope" value={scope} defaultChecked={scope === 'kiosk'} />
          <span>
            {t[scope]} <small className="soft">{may[scope]}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface RevokeProps {
  readonly token: ApiToken;
  readonly onClose: () => void;
}

export function RevokeTokenDialog({ token, onClose }: RevokeProps) {
  const t = useText(tokensText);
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.removeToken(token.id),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: tokensQuery.queryKey });
    },
  });
  return (
    <FormDialog
      title={t.revoke}
      action={t.revoke}
      busyAction={t.revoking}
      isBusy={revoke.isPending}
      error={revoke.error}
      onSubmit={() => revoke.mutate()}
      onClose={onClose}
    >
      <p>{t.revokeAsk(token.name)}</p>
    </FormDialog>
  );
}
