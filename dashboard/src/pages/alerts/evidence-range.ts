import type { DeviceKind } from '#contract/enums.ts';
import type { Alert, Incident, JudgedValue } from '#contract/http/alerts.ts';

const hour = 3_600_000;

const ofUnit: Readonly<Record<string, readonly string[]>> = {
  W: ['power_w'],
  kWh: ['power_w', 'energy_total_kwh'],
  'L/h': ['flow_lph'],
  'm³': ['flow_lph', 'water_total_m3'],
  '°C': ['temperature_c'],
  '%': ['humidity_pct', 'battery_pct'],
  V: ['voltage_v'],
  A: ['current_a'],
};

const ofKind: Readonly<Record<DeviceKind, readonly string[]>> = {
  'electricity-meter': ['power_w', 'energy_total_kwh', 'energy_kwh'],
  'water-meter': ['flow_lph', 'water_total_m3', 'water_m3'],
  door: ['door_open'],
  camera: ['camera_online'],
  switch: ['online'],
  nvr: ['online', 'storage_days'],
  sensor: ['temperature_c', 'humidity_pct', 'water_leak', 'tamper'],
};

/**
 * Metrics that show what an alert is about, the best first: the one its rule judges, where that is in force, then what fits
 * the alert's unit, then what is usual for the device, and only what the device really sends. Which of them it sent at the
 * time of the alert is another question: a meter that now tells its flow told only its register a month ago.
 * @param metrics metrics of which a newest value is known
 */
export function evidenceMetrics(
  alert: Pick<Alert, 'unit'> | undefined,
  kind: DeviceKind,
  metrics: readonly string[],
  judged?: Pick<JudgedValue, 'metric'>,
): readonly string[] {
  const own = judged?.metric ? [judged.metric] : [];
  const wanted = [...own, ...(ofUnit[alert?.unit ?? ''] ?? []), ...ofKind[kind], 'online'];
  const fitting = [...new Set(wanted)].filter((metric) => metrics.includes(metric));
  return fitting.length > 0 ? fitting : metrics.slice(0, 1);
}

export type EventName = 'began' | 'fired' | 'acked' | 'over';

export interface EvidenceEvent {
  readonly name: EventName;
  readonly at: number;
  /** Who acted; null: the system. */
  readonly who: string | null;
}

/** The turns of an incident in order of time: it began, an alert fired, somebody acknowledged, it was over. */
export function evidenceEvents(
  { since, until, ackedBy, ackedAt }: Pick<Incident, 'since' | 'until' | 'ackedBy' | 'ackedAt'>,
  alert: Pick<Alert, 'timeline'> | undefined,
): EvidenceEvent[] {
  const fired = alert?.timeline.find(({ what }) => what === 'firing')?.at;
  const all: EvidenceEvent[] = [
    { name: 'began', at: since, who: null },
    ...(fired === undefined ? [] : [{ name: 'fired' as const, at: fired, who: null }]),
    ...(ackedAt === null ? [] : [{ name: 'acked' as const, at: ackedAt, who: ackedBy }]),
    ...(until === null ? [] : [{ name: 'over' as const, at: until, who: null }]),
  ];
  return all.sort((a, b) => a.at - b.at);
}

/** A stretch before and after, so that the usual is seen beside the unusual; never beyond now. */
export function evidenceRange(
  { since, until }: Pick<Incident, 'since' | 'until'>,
  now: number,
): { readonly from: number; readonly to: number } {
  const margin = Math.max(hour, Math.min(24 * hour, ((until ?? now) - since) / 2));
  const minute = 60_000;
  return {
    from: Math.floor((since - margin) / minute) * minute,
    to: Math.floor(Math.min(now, (until ?? now) + margin) / minute) * minute,
  };
}
