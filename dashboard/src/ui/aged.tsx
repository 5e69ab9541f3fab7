import type { ReactNode } from 'react';
import type { LatestValue } from '#contract/http/campus.ts';
import { commonText } from '../i18n/common.text.ts';
import { useText } from '../i18n/use-text.ts';
import { isOutdated } from '../lib/outdated.ts';
import { useConnection, useDevice, useGatewayNow } from '../live/use-live.ts';
import { useFormat } from './format-context.tsx';
import './aged.css';

/**
 * A live value, which turns grey and tells its age as soon as it is older than two of its device's intervals or was only
 * replayed. Whatever the connection does, an old value never looks like a new one.
 */
export function Aged({ value, children }: { readonly value: LatestValue | undefined; readonly children: ReactNode }) {
  const t = useText(commonText);
  const format = useFormat();
  const now = useGatewayNow(2_000);
  const device = useDevice(value?.device ?? '');
  const connection = useConnection();
  if (!value) return <span className="aged aged-none">{t.noValue}</span>;
  if (!isOutdated(value, device?.intervalS, now)) return <span className="aged">{children}</span>;
  return (
    <span className="aged aged-old" data-outdated="true" data-connection={connection.state}>
      {children} <small>{t.staleSince(format.age(now - value.receivedAt))}</small>
    </span>
  );
}
