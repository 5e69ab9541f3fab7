/** A bad quarter of an hour, over and over: every fault there is, on devices the seed chooses. */
import type { DeviceKind } from '#contract/enums.ts';
import type { Campus } from '../campus.ts';
import { drawFrom } from '../signals/noise.ts';

const ANY: readonly DeviceKind[] = ['electricity-meter', 'water-meter', 'door', 'camera', 'sensor'];
const WEATHER: readonly { readonly fault: string; readonly kinds: readonly DeviceKind[]; readonly params?: object }[] =
  [
    { fault: 'drop', kinds: ANY, params: { share: 0.5 } },
    { fault: 'stuck', kinds: ['electricity-meter', 'water-meter'] },
    { fault: 'drift', kinds: ['electricity-meter'], params: { pctPerHour: 400 } },
    { fault: 'flood', kinds: ANY, params: { perSecond: 150 } },
    { fault: 'garble', kinds: ANY, params: { share: 0.7 } },
    { fault: 'clock-skew', kinds: ANY, params: { skewS: 7_200 } },
    { fault: 'reset', kinds: ['electricity-meter', 'water-meter'] },
    { fault: 'leak', kinds: ['water-meter'] },
    { fault: 'left-on', kinds: ['electricity-meter'] },
    { fault: 'door-open', kinds: ['door'] },
    { fault: 'device-dead', kinds: ANY },
    { fault: 'switch-dead', kinds: ['switch'] },
  ];

export function stormScenario(campus: Campus, seed: number): Record<string, unknown>[] {
  const draw = drawFrom(seed);
  const steps: Record<string, unknown>[] = [];
  for (let i = 0; i < 60; i += 1) {
    const kind = WEATHER[i % WEATHER.length];
    const fitting = campus.devices.filter((device) => kind?.kinds.includes(device.kind));
    const device = fitting[Math.floor(draw() * fitting.length)]?.id;
    if (kind === undefined || device === undefined) continue;
    const atS = Math.round(5 + i * 12 + draw() * 10);
    const forS = Math.round(20 + draw() * 100);
    steps.push({ atS, forS, everyS: 900, fault: kind.fault, device, params: kind.params ?? {} });
  }
  return steps;
}
