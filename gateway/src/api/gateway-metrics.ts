/** The gateway's own figures as Prometheus text, read from their owners when asked. No label is a device. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Numbers by metric name; a nested record becomes one series per key under the label `kind`. */
export type Figures = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

export interface GatewayMetrics {
  text(): Promise<string>;
}

/** @param figures called at every scrape; names are exported as `houqin_<name>`. */
export function createGatewayMetrics(figures: () => Promise<Figures>): GatewayMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'houqin_' });
  const gauges = new Map<string, Gauge>();
  const gauge = (name: string, labelled: boolean): Gauge => {
    let found = gauges.get(name);
    if (!found) {
      const labelNames = labelled ? ['kind'] : [];
      found = new Gauge({ name: `houqin_${name}`, help: name.replaceAll('_', ' '), labelNames, registers: [registry] });
      gauges.set(name, found);
    }
    return found;
  };
  return {
    async text() {
      for (const [name, value] of Object.entries(await figures())) {
        if (typeof value === 'number') gauge(name, false).set(value);
        else for (const [kind, count] of Object.entries(value)) gauge(name, true).set({ kind }, count);
      }
      return registry.metrics();
    },
  };
}
