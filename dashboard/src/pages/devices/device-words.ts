import type { Device } from '#contract/http/campus.ts';
import type { deviceReasonText } from './device-reason.text.ts';
import type { devicesText } from './devices.text.ts';

type Reasons = (typeof deviceReasonText)['zh'];
type Words = (typeof devicesText)['zh'];

const plain = [
  'silent',
  'will',
  'gateway-start',
  'awaited',
  'never-seen',
  'store-down',
  'clock-step',
  'maintenance',
  'network-down',
  'retired',
] as const;

/** Why a device is in its state, in words. `parent`: name of the device that explains it, where there is one. */
export function stateWhy(
  { state, stateReason, parentDown }: Pick<Device, 'state' | 'stateReason' | 'parentDown'>,
  parent: string | undefined,
  t: Reasons,
): string {
  if (parentDown !== null) return t.parentDown(parent ?? parentDown);
  if (stateReason === 'reported') return state === 'online' ? t.reportedOnline : t.reportedOffline;
  const known = plain.find((reason) => reason === stateReason);
  return known === undefined ? t.other(stateReason) : t[known];
}

/** How many devices have a clock that is wrong by more than a minute. */
export interface ClockSkew {
  readonly fast: number;
  readonly slow: number;
}

/** The state of all devices in one sentence; the worst comes first. */
export function devicesSentence(
  devices: readonly Pick<Device, 'state'>[],
  t: Words,
  { fast, slow }: ClockSkew = { fast: 0, slow: 0 },
): string {
  if (devices.length === 0) return t.none;
  const count = (state: Device['state']): number => devices.filter((device) => device.state === state).length;
  const parts: (readonly [number, (count: number) => string])[] = [
    [count('online'), t.fine],
    [count('offline'), t.offline],
    [count('suspect'), t.suspect],
    [count('unknown'), t.unknown],
    [fast, t.clockFast],
    [slow, t.clockSlow],
  ];
  const said = parts.flatMap(([many, words]) => (many === 0 ? [] : [words(many)]));
  return t.health(devices.length, said.join(t.comma));
}
