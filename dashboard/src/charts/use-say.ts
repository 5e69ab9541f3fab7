import { useMemo } from 'react';
import { metricInfo } from '#contract/metrics.ts';
import { useText } from '../i18n/use-text.ts';
import { useFormat } from '../ui/format-context.tsx';
import { chartsText } from './charts.text.ts';

const REGISTER_DIGITS = 3;

/** A value of a metric in words: 3.2 kW, 21 °C, open. */
export function useSay(metric: string): (value: number) => string {
  const t = useText(chartsText);
  const format = useFormat();
  return useMemo(() => {
    const info = metricInfo(metric);
    if (info?.kind === 'state') {
      const [off, on] =
        metric === 'door_open' || metric === 'valve_open'
          ? [t.closed, t.open]
          : metric === 'online' || metric === 'camera_online'
            ? [t.offline, t.online]
            : [t.no, t.yes];
      return (value: number) => (value >= 0.5 ? on : off);
    }
    if (metric.startsWith('power_w')) return format.power;
    // A reading is compared with the dial, digit by digit.
    const digits = info?.kind === 'register' ? REGISTER_DIGITS : undefined;
    return (value: number) => format.quantity(value, info?.unit ?? '', digits);
  }, [metric, t, format]);
}
