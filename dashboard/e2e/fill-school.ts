import type { TestGateway } from '../../gateway/test/run-gateway.ts';
import { addDays, startOfDay } from '../src/lib/site-time.ts';

export const zone = 'Asia/Shanghai';
const hour = 3_600_000;

export const yesterday = (): number => addDays(zone, startOfDay(zone, Date.now()), -1);

/** Nine days of a building meter of 5 kWh an hour, a floor meter of 2, and one floor meter that was replaced yesterday noon. */
export async function fillSchool(gateway: TestGateway): Promise<void> {
  const from = startOfDay(zone, Date.now()) - 9 * 24 * hour;
  const count = Math.floor((Date.now() - from) / (hour / 2));
  const send = async (device: string, valueAt: (halfHour: number) => number): Promise<void> => {
    const rows = Array.from({ length: count }, (_, i) => ({
      ts: from + i * (hour / 2),
      energy_total_kwh: valueAt(i),
    }));
    for (let i = 0; i < rows.length; i += 200) await gateway.publish(device, 'readings', rows.slice(i, i + 200));
  };
  const noon = (yesterday() + 12 * hour - from) / (hour / 2);
  await send('meter-main', (i) => 1_000 + i * 2.5);
  await send('meter-f1', (i) => 500 + i);
  await send('meter-f2', (i) => (i < noon ? 300 + i * 0.5 : 3 + (i - noon) * 0.5));
}
