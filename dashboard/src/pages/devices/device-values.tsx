import { Link } from '@tanstack/react-router';
import type { Device } from '#contract/http/campus.ts';
import { useSay } from '../../charts/use-say.ts';
import { flagText } from '../../i18n/flag.text.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { metricName } from '../../lib/metric-name.ts';
import { readsAsOffice } from '../../lib/permissions.ts';
import { useGatewayNow, useLatest } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { Aged } from '../../ui/aged.tsx';
import { useFormat } from '../../ui/format-context.tsx';
import { LiveAge } from '../../ui/live-age.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Empty } from '../../ui/page-state.tsx';
import '../../ui/table.css';
import { deviceText } from './device.text.ts';
import { devicesText } from './devices.text.ts';
import { useDeviceMetrics } from './use-device-metrics.ts';

export function DeviceValues({ device }: { readonly device: Device }) {
  const t = useText(deviceText);
  const metrics = useDeviceMetrics(device.id);
  return (
    <section className="device-part" aria-labelledby="device-values">
      <h2 id="device-values">{t.values}</h2>
      {metrics.length === 0 ? (
        <NoValues />
      ) : (
        <table className="table device-values">
          <thead>
            <tr>
              <th scope="col">{t.metric}</th>
              <th scope="col" className="figure">
                {t.value}
              </th>
              <th scope="col" className="device-wide">
                {t.measuredAt}
              </th>
              <th scope="col">{t.age}</th>
              <th scope="col">{t.quality}</th>
            </tr>
          </thead>
          <tbody>
            {metrics.map((metric) => (
              <ValueRow key={metric} device={device.id} metric={metric} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function NoValues() {
  const t = useText(deviceText);
  const tabs = useText(devicesText);
  return (
    <Empty title={t.noValues}>
      <p>{t.noValuesHint}</p>
      {readsAsOffice(useMe()) ? <Link to="/devices/quarantine">{tabs.tabQuarantine}</Link> : null}
    </Empty>
  );
}

function ValueRow({ device, metric }: { readonly device: string; readonly metric: string }) {
  const t = useText(deviceText);
  const flags = useText(flagText);
  const language = useLanguage();
  const format = useFormat();
  const now = useGatewayNow(10_000);
  const say = useSay(metric);
  const latest = useLatest(device, metric);
  if (!latest) return null;
  return (
    <tr data-metric={metric}>
      <th scope="row">{metricName(metric, language)}</th>
      <td className="figure">
        <Aged value={latest}>{say(latest.value)}</Aged>
      </td>
      <td className="device-wide">{format.moment(latest.ts, now)}</td>
      <td>
        <LiveAge at={latest.receivedAt} />
      </td>
      <td>
        {t[latest.quality]}{' '}
        {latest.flags.map((flag) => (
          <Mark key={flag} tone="attention">
            {flags[flag]}
          </Mark>
        ))}
      </td>
    </tr>
  );
}
