/** Meters on serial lines, without a gateway around them. */
import { campusConfig } from '#contract/config/campus.ts';
import { devicesConfig } from '#contract/config/devices.ts';
import { compileProfiles } from '../../../src/decode/compile-profiles.ts';
import { createDecoder, type DecodeResult, type Decoder } from '../../../src/decode/decoder.ts';
import { createPollBook, type PollBook } from '../../../src/decode/poll-book.ts';
import { createRegistry } from '../../../src/shared/registry.ts';
import { frame } from '../campus.ts';
import { shippedProfiles } from '../profile-files.ts';

export interface MeterEntry {
  readonly id: string;
  readonly address: string;
  readonly profile?: string;
  readonly downTopic?: string;
  readonly upTopic?: string;
  readonly intervalS?: number;
}

export interface LineCampus {
  readonly decoder: Decoder;
  readonly polls: PollBook;
  /** What is sent at this time, monotonic ms. */
  run(at: number): { readonly topic: string; readonly request: Buffer }[];
  take(topic: string, payload: Buffer): DecodeResult;
  /** Whether anybody listens to the down topics. */
  listening: boolean;
}

/** @param profiles YAML, beside the shipped ones */
export function lineCampus(
  meters: readonly MeterEntry[],
  profiles: readonly string[] = [],
  polls: PollBook = createPollBook(),
): LineCampus {
  const files = new Map([
    ...shippedProfiles(),
    ...profiles.map((text, n): [string, string] => [`own-${n}.yaml`, text]),
  ]);
  const compiled = compileProfiles(files);
  if (compiled.problems.length > 0) throw new Error(JSON.stringify(compiled.problems));
  const name = { zh: '测', en: 't' };
  const campus = campusConfig.parse({
    name,
    sites: [{ id: 'main', name }],
    places: [{ id: 'p', name, kind: 'campus' }],
  });
  const devices = meters.map((meter) => ({
    name: 'm',
    kind: 'electricity-meter',
    place: 'p',
    profile: 'meter',
    ...meter,
  }));
  const registry = createRegistry(campus, devicesConfig.parse({ devices }));
  const decoder = createDecoder({ registry, profiles: compiled.profiles, polls });
  const line: LineCampus = {
    decoder,
    polls,
    listening: true,
    run(at) {
      const sent: { topic: string; request: Buffer }[] = [];
      polls.run(decoder.lines, at, ({ topic, payload }) => {
        if (line.listening) sent.push({ topic, request: Buffer.from(payload) });
        return line.listening;
      });
      return sent;
    },
    take: (topic, payload) => decoder.decode(frame(topic, payload)),
  };
  return line;
}

/** A profile `meter` of these registers. */
export function meterProfile(registers: readonly string[], more = '', poll = ''): string {
  return [
    'id: meter',
    'name: {zh: 表, en: meter}',
    `modbus: {function: 4, type: uint32, ${more} registers: [${registers.map((one) => `{${one}}`).join(', ')}]}`,
    poll,
    'tests: [{id: t, topic: dtu/1/up, enc: hex, payload: "01 83 02 C0 F1", expect: []}]',
  ].join('\n');
}
