/** What happens beside the school's routine: a room left on, a leak. Each adds a constant rate while it lasts. */

const HOUR_MS = 3_600_000;
const MAX_ENDED = 64;

export interface Overlay {
  readonly device: string;
  readonly from: number;
  /** Infinity while it lasts. */
  to: number;
  /** W or L/h on top. */
  readonly extra: number;
}

export interface Overlays {
  add(device: string, from: number, to: number, extra: number): Overlay;
  /** W or L/h on top of the routine at an instant. */
  rate(device: string, at: number): number;
  /** kWh or m³ on top of the routine until an instant. */
  total(device: string, at: number): number;
  /** Starts a device with consumption that is not in the routine, from an earlier run. */
  carry(device: string, amount: number): void;
}

export function createOverlays(): Overlays {
  const byDevice = new Map<string, { carried: number; list: Overlay[] }>();
  const of = (device: string) => {
    const entry = byDevice.get(device) ?? { carried: 0, list: [] };
    byDevice.set(device, entry);
    return entry;
  };
  return {
    add: (device, from, to, extra) => {
      const entry = of(device);
      const overlay = { device, from, to, extra };
      entry.list.push(overlay);
      // A demo that runs for months repeats its stories: what ended long ago becomes one number.
      while (entry.list.length > MAX_ENDED) {
        const oldest = entry.list.findIndex((o) => o.to !== Number.POSITIVE_INFINITY && o.to < from);
        if (oldest < 0) break;
        for (const ended of entry.list.splice(oldest, 1)) entry.carried += amountOf(ended, ended.to);
      }
      return overlay;
    },
    rate: (device, at) => {
      let sum = 0;
      for (const o of byDevice.get(device)?.list ?? []) if (at >= o.from && at < o.to) sum += o.extra;
      return sum;
    },
    total: (device, at) => {
      const entry = byDevice.get(device);
      let sum = entry?.carried ?? 0;
      for (const o of entry?.list ?? []) sum += amountOf(o, at);
      return sum;
    },
    carry: (device, amount) => {
      of(device).carried += amount;
    },
  };
}

function amountOf(overlay: Overlay, at: number): number {
  const lasted = Math.max(0, Math.min(at, overlay.to) - overlay.from);
  return (overlay.extra * lasted) / HOUR_MS / 1_000;
}
