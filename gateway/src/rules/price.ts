import type { DeviceConfig } from '#contract/config/devices.ts';
import type { TariffsConfig } from '#contract/config/tariffs.ts';
import type { LocalDate } from '../calendar/school-calendar.ts';

const RESOURCE_OF_UNIT: Readonly<Record<string, 'electricity' | 'water'>> = { kWh: 'electricity', 'm³': 'water' };

/** Yuan for `amount` in `unit` at the price of `date`; null when the amount is unknown, is no energy or water, or has no price. */
export function priceOf(
  tariffs: TariffsConfig,
  device: DeviceConfig,
  amount: number | null,
  unit: string,
  date: LocalDate,
): number | null {
  const resource = RESOURCE_OF_UNIT[unit];
  if (resource === undefined || amount === null) return null;
  const priceClass = device.priceClass ?? tariffs.defaults[resource];
  const tariff = tariffs.tariffs.find((one) => one.priceClass === priceClass && one.resource === resource);
  // ISO dates sort as text.
  const current = tariff?.prices
    .filter((price) => price.from <= date)
    .toSorted((a, b) => (a.from < b.from ? 1 : -1))[0];
  return current ? current.yuan * amount : null;
}
