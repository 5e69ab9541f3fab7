import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Device } from '#contract/http/campus.ts';
import { credentialsQuery } from '../../api/onboarding-queries.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useDevices } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { ConnectedNow } from '../onboarding/connected-now.tsx';
import { EditDialog, useSaved } from './edit-dialog.tsx';
import { manageText } from './manage.text.ts';

interface DeviceProps {
  readonly device: Device;
}

/** Edit and retire: an administrator's. */
export function DeviceActions({ device }: DeviceProps) {
  const t = useText(manageText);
  const { user } = useMe();
  const [open, setOpen] = useState<{ readonly what: 'edit' | 'retire'; readonly device: Device } | undefined>();
  if (user.role !== 'admin') return null;
  const close = (): void => setOpen(undefined);
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen({ what: 'edit', device })}>
        {t.edit}
      </button>
      {device.retired === null ? (
        <button type="button" className="button" onClick={() => setOpen({ what: 'retire', device })}>
          {t.retire}
        </button>
      ) : null}
      {open?.what === 'edit' ? <EditDialog device={open.device} onClose={close} /> : null}
      {open?.what === 'retire' ? <RetireDialog device={open.device} onClose={close} /> : null}
    </>
  );
}

function RetireDialog({ device, onClose }: DeviceProps & { readonly onClose: () => void }) {
  const t = useText(manageText);
  const language = useLanguage();
  const behind = useDevices().filter(({ dependsOn }) => dependsOn.includes(device.id)).length;
  const { data: logins } = useQuery(credentialsQuery);
  const login = logins?.find(({ username, kind }) => kind === 'device' && username === device.id);
  const save = useSaved(device, onClose);
  return (
    <FormDialog
      title={t.retireTitle(pick(device.name, language))}
      action={t.retire}
      busyAction={t.retiring}
      isBusy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate({ change: { retired: true }, was: { retired: false } })}
      onClose={onClose}
    >
      <p>{t.retireAsk}</p>
      {login === undefined || login.sessions === 0 ? null : <ConnectedNow login={login} />}
      {behind === 0 ? null : <p>{t.retireBehind(behind)}</p>}
      <p className="soft">{t.retireKeeps}</p>
    </FormDialog>
  );
}
