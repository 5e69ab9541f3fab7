/** What of a device's readings is drawn, kept in the address. */
export const ranges = { '6h': 6 * 3_600_000, '24h': 24 * 3_600_000, '7d': 7 * 86_400_000, '30d': 30 * 86_400_000 };
export type RangeName = keyof typeof ranges;
export const rangeNames: readonly RangeName[] = ['6h', '24h', '7d', '30d'];

export interface DeviceView {
  readonly metric: string | undefined;
  readonly range: RangeName;
}

export function parseDeviceView(query: URLSearchParams): DeviceView {
  return {
    metric: query.get('metric') ?? undefined,
    range: rangeNames.find((name) => name === query.get('range')) ?? '24h',
  };
}
