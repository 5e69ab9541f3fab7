import type { Device, LatestValue } from '#contract/http/campus.ts';
import { powerDoubts, powerDoubtText } from '#contract/power-doubt.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useGatewayNow, useLive } from '../../live/use-live.ts';
import { deviceText } from './device.text.ts';

/** What the newest values of a device say against each other: power that is a thousand times off. */
export function PowerHint({ device }: { readonly device: Device }) {
  const t = useText(deviceText);
  const language = useLanguage();
  const { store } = useLive();
  useGatewayNow(10_000);
  const [doubt] = powerDoubts((metric) => valueBeside(store.latest(device.id, metric), store, device));
  if (doubt === undefined) return null;
  return (
    <p className="device-hint" role="note">
      <strong>{t.check}</strong> {pick(powerDoubtText(doubt), language)}
    </p>
  );
}

/** Undefined when it is of another time than the power it is held against. */
function valueBeside(
  value: LatestValue | undefined,
  store: { latest(device: string, metric: string): LatestValue | undefined },
  { id, intervalS }: Device,
): number | undefined {
  const suffix = /_l[1-3]$/.exec(value?.metric ?? '')?.[0] ?? '';
  const power = store.latest(id, `power_w${suffix}`) ?? store.latest(id, 'power_w');
  if (value === undefined || power === undefined) return undefined;
  return Math.abs(value.ts - power.ts) <= intervalS * 1_000 ? value.value : undefined;
}
