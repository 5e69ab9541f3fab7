import type { DeviceConfig } from '#contract/config/devices.ts';
import type { TariffsConfig } from '#contract/config/tariffs.ts';
import type { Resource } from '#contract/enums.ts';

/**
 * Yuan per kWh or m³ of a meter on a local date (`YYYY-MM-DD`): the price of its class, or of the default class.
 * @returns undefined without a tariff, or before its first price: no price is ever assumed
 */
export function priceOf(
  tariffs: TariffsConfig,
  device: Pick<DeviceConfig, 'priceClass'> | undefined,
  resource: Resource,
  date: string,
): number | undefined {
  return tariffOf(tariffs, device, resource)?.prices.findLast(({ from }) => from <= date)?.yuan;
}

/** Whether a meter's price is an example figure, to be marked wherever its yuan are shown. */
export function isExamplePrice(
  tariffs: TariffsConfig,
  device: Pick<DeviceConfig, 'priceClass'> | undefined,
  resource: Resource,
): boolean {
  return tariffOf(tariffs, device, resource)?.example ?? false;
}

function tariffOf(
  tariffs: TariffsConfig,
  device: Pick<DeviceConfig, 'priceClass'> | undefined,
  resource: Resource,
): TariffsConfig['tariffs'][number] | undefined {
  const priceClass = device?.priceClass ?? tariffs.defaults[resource];
  return tariffs.tariffs.find((one) => one.priceClass === priceClass && one.resource === resource);
}
