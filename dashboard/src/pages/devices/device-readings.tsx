import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { DeviceKind } from '#contract/enums.ts';
import type { Device } from '#contract/http/campus.ts';
import { deviceAlertsQuery } from '../../api/queries.ts';
import { EvidenceChart } from '../../charts/evidence-chart.tsx';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { metricName } from '../../lib/metric-name.ts';
import { useFilters } from '../../lib/use-filters.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { deviceText } from './device.text.ts';
import { parseDeviceView, rangeNames, ranges } from './device-view.ts';
import { useDeviceMetrics } from './use-device-metrics.ts';

const minute = 60_000;

/** What people look at first, by kind; else whatever the device sends. */
const usual: Readonly<Record<DeviceKind, readonly string[]>> = {
  'electricity-meter': ['power_w', 'energy_kwh'],
  'water-meter': ['flow_lph', 'water_m3'],
  door: ['door_open'],
  camera: ['camera_online', 'camera_fps'],
  switch: ['online'],
  nvr: ['storage_days', 'online'],
  sensor: ['temperature_c', 'humidity_pct', 'water_leak'],
};

/** One metric over a chosen range, with closed hours and the device's own alerts on it. */
export function DeviceReadings({ device }: { readonly device: Device }) {
  const t = useText(deviceText);
  const language = useLanguage();
  const metrics = useDeviceMetrics(device.id);
  const [view, change] = useFilters(parseDeviceView);
  // The end of the running minute: what has just come is on the chart, too.
  const to = Math.ceil(useGatewayNow(10_000) / minute) * minute;
  const { data: alerts } = useQuery(deviceAlertsQuery(device.id));
  const marks = useMemo(
    () => (alerts ?? []).map(({ since, until, sentence }) => ({ from: since, to: until, label: sentence[language] })),
    [alerts, language],
  );
  const metric = view.metric ?? usual[device.kind].find((name) => metrics.includes(name)) ?? metrics[0];
  if (metric === undefined) return null;
  const offered = metrics.includes(metric) ? metrics : [...metrics, metric];
  return (
    <section className="device-part" aria-labelledby="device-readings">
      <h2 id="device-readings">{t.readings}</h2>
      <div className="device-filters">
        <select
          className="input"
          aria-label={t.showMetric}
          value={metric}
          onChange={(event) => change({ metric: event.target.value })}
        >
          {offered.map((name) => (
            <option key={name} value={name}>
              {metricName(name, language)}
            </option>
          ))}
        </select>
        <select
          className="input"
          aria-label={t.range}
          value={view.range}
          onChange={(event) => change({ range: event.target.value })}
        >
          {rangeNames.map((name) => (
            <option key={name} value={name}>
              {t[name]}
            </option>
          ))}
        </select>
      </div>
      <EvidenceChart device={device.id} metric={metric} from={to - ranges[view.range]} to={to} marks={marks} />
    </section>
  );
}
