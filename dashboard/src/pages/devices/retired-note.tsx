import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Device } from '#contract/http/campus.ts';
import { messageOf } from '../../api/error-message.ts';
import { refusalsQuery } from '../../api/onboarding-queries.ts';
import { quarantineQuery } from '../../api/queries.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { readsAsOffice, readsRefusals } from '../../lib/permissions.ts';
import { useMe } from '../../shell/use-me.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { LiveAge } from '../../ui/live-age.tsx';
import { useSaved } from './edit-dialog.tsx';
import { manageText } from './manage.text.ts';

interface DeviceProps {
  readonly device: Device;
}

/** Says that a device is out of use, what it still tries, and the way back. */
export function RetiredNote({ device }: DeviceProps) {
  const t = useText(manageText);
  const language = useLanguage();
  const { user } = useMe();
  const save = useSaved(device, () => undefined);
  if (device.retired === null) return null;
  return (
    <div className="device-retired" role="status">
      <div>
        <p>{t.retired(device.retired)}</p>
        <Attempts device={device} />
      </div>
      {user.role === 'admin' ? (
        <button
          type="button"
          className="button"
          disabled={save.isPending}
          onClick={() => save.mutate({ change: { retired: false }, was: { retired: true } })}
        >
          {save.isPending ? t.restoring : t.restore}
        </button>
      ) : null}
      {save.error ? <p role="alert">{messageOf(save.error, language)}</p> : null}
    </div>
  );
}

/** Connections that were refused and messages that were not recorded, because it is out of use. */
function Attempts({ device }: DeviceProps) {
  const t = useText(manageText);
  const format = useFormat();
  const me = useMe();
  const { data: refusals = [] } = useQuery({ ...refusalsQuery, enabled: readsRefusals(me) });
  const { data: kept } = useInfiniteQuery({ ...quarantineQuery, enabled: readsAsOffice(me) });
  const refused = refusals.filter(({ reason, login }) => reason === 'device-retired' && login === device.id);
  const messages = (kept?.pages ?? [])
    .flatMap(({ items }) => items)
    .filter(
      ({ reason, profile, address }) =>
        reason === 'device-retired' && profile === device.profile && address === device.address,
    );
  if (refused.length + messages.length === 0) return null;
  const addresses = [...new Set(refused.map(({ address }) => address))].slice(0, 3).join(', ');
  return (
    <>
      {refused.length === 0 ? null : (
        <p data-still="connects">
          {t.stillConnects(format.number(sum(refused)), addresses)} <LiveAge at={newest(refused)} />
          {t.stop}
        </p>
      )}
      {messages.length === 0 ? null : (
        <p data-still="sends">
          {t.stillSends(format.number(sum(messages)))} <LiveAge at={newest(messages)} />
          {t.stop}
        </p>
      )}
      <p>{t.stillAdvice}</p>
    </>
  );
}

type Counted = readonly { readonly count: number; readonly lastAt: number }[];

const sum = (of: Counted): number => of.reduce((all, { count }) => all + count, 0);
const newest = (of: Counted): number => Math.max(...of.map(({ lastAt }) => lastAt));
