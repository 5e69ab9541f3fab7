import { devicesConfig } from '#contract/config/devices.ts';
import { compileProfiles } from '../../src/decode/compile-profiles.ts';
import { createDecoder, type Decoder } from '../../src/decode/decoder.ts';
import type { LookBudget } from '../../src/decode/look-plan.ts';
import type { Frame } from '../../src/shared/frame.ts';
import { createRegistry } from '../../src/shared/registry.ts';
import { shippedProfiles } from './profile-files.ts';

/** Monday, 2026-03-02 08:00 in China. */
export const AT = Date.parse('2026-03-02T08:00:00+08:00');

export function frame(topic: string, payload: unknown, more: Partial<Frame> = {}): Frame {
  const bytes = Buffer.isBuffer(payload)
    ? payload
    : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const base = { topic, payload: bytes, qos: 1, retain: false, replayed: false, will: false, at: AT } as const;
  return { ...base, clientId: 'c', username: 'c', credential: 'bridge', ...more };
}

export type DeviceEntry = {
  id: string;
  kind?: string;
  profile?: string;
  address?: string;
  site?: string;
  intervalS?: number;
  fields?: Readonly<Record<string, unknown>>;
};

/** As much as anybody asks for. */
export const ENDLESS: LookBudget = { has: () => true, take: () => undefined };

/** A decoder over these devices, with the shipped profiles or with those given as YAML. */
export function campusDecoder(
  devices: readonly DeviceEntry[],
  profiles?: readonly string[],
  looks?: LookBudget,
): Decoder {
  const files = profiles === undefined ? shippedProfiles() : new Map(profiles.map((text, n) => [`p${n}.yaml`, text]));
  const compiled = compileProfiles(files);
  if (compiled.problems.length > 0) throw new Error(JSON.stringify(compiled.problems));
  const name = { zh: '测', en: 't' };
  const campus = { name, timeZone: 'Asia/Shanghai', sites: [{ id: 'main', name }], places: [] };
  const config = devicesConfig.parse({
    devices: devices.map((device) => ({ name: 'd', kind: 'sensor', place: 'p', ...device })),
  });
  return createDecoder({
    registry: createRegistry(campus, config),
    profiles: compiled.profiles,
    ...(looks && { looks }),
  });
}

/** A profile with one rule over `t/{device}`; `body` is YAML of the rule, indented by nothing. */
export function oneRule(body: string, id = 'one'): string {
  const indented = body
    .trim()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
  const match = body.includes('match:') ? '' : '    match: "t/{device}"\n';
  return `id: ${id}\nname: {zh: 一, en: one}\nrules:\n  - id: r\n${match}${indented}\ntests:\n  - {id: t, topic: t/d, payload: {}, expect: []}\n`;
}
