/** All shipped profiles loaded at once: a device is decoded by its own, whatever topics the others claim. */
import { describe, expect, test } from 'vitest';
import { type VectorFile, vectorFile } from '#contract/vectors/vector-file.ts';
import { compileProfiles } from '../../src/decode/compile-profiles.ts';
import { frameOf } from '../../src/decode/profile-test.ts';
import { campusDecoder, type DeviceEntry, frame } from './campus.ts';
import { goldenVectors, shippedProfiles } from './profile-files.ts';

type Message = VectorFile['messages'][number];

const all = [...goldenVectors().values()].map((text) => vectorFile.parse(JSON.parse(text)));
/** Answers on a line that is asked: they are told apart by what was asked, not by their topic. */
const asked = new Set(
  compileProfiles(shippedProfiles()).profiles.flatMap(({ id, rules }) => (rules.length === 0 ? id : [])),
);
const files = all.filter(({ profile }) => !asked.has(profile));
/** Some address in two profiles makes two devices: a mix-up shows in the id. */
const devices = files.flatMap(({ profile, messages }) =>
  [...new Set(messages.flatMap(({ expect }) => expect.map(({ device }) => device)))].map(
    (address, n): DeviceEntry => ({
      id: profile === 'native' ? address : `${profile}-${n}`,
      profile,
      address,
      kind: 'sensor',
    }),
  ),
);
const idOf = new Map(devices.map(({ profile, address, id }) => [`${profile} ${address}`, id]));

const isOwnName = (metric: string): boolean => metric.includes(':');

function wantedOf(profile: string, message: Message): string[] {
  return message.expect
    .filter(({ metric }) => !isOwnName(metric))
    .map(({ device, metric, value }) => `${idOf.get(`${profile} ${device}`)} ${metric} ${value}`);
}

describe.each(files.map((file) => [file.profile, file.messages] as const))('%s', (profile, messages) => {
  // Codecs with a memory learn from one message what the next one means: one decoder for the messages in their order.
  const decoder = campusDecoder(devices);

  test.each(messages.map((message) => [message.id, message] as const))('%s', (_id, message) => {
    const { topic, payload, at } = frameOf(message);
    const result = decoder.decode(frame(topic, payload, { at }));
    expect(result.readings.map(({ device, metric, value }) => `${device} ${metric} ${value}`)).toEqual(
      wantedOf(profile, message),
    );
    const claimed = result.quarantine.map((note) => note.profile).filter((other) => other !== profile);
    expect(claimed).toEqual([]);
  });
});

test.each(
  all.flatMap(({ profile, messages }) =>
    asked.has(profile) ? messages.map(({ id, ...message }) => [`${profile} ${id}`, { id, ...message }] as const) : [],
  ),
)('%s, which nobody asked for, is no value of anybody', (_name, message) => {
  const { topic, payload, at } = frameOf(message);
  expect(campusDecoder(devices).decode(frame(topic, payload, { at })).readings).toEqual([]);
});

describe('topics that many use', () => {
  const own = campusDecoder([
    { id: 'node', profile: 'esphome', address: 'lab/node' },
    { id: 'plug', profile: 'shelly-gen2', address: 'lab/plug' },
    { id: 'dtu', profile: 'usr-dtu', address: 'SN1' },
  ]);

  test.each([
    ['a status in JSON', 'acme/7/status', { energy: 5 }],
    ['a status of another word', 'acme/7/status', 'running'],
    ['a report in no form of that DTU', '/PubTopic1', { energy: 5 }],
  ])('%s is left to whoever adds a profile for it', (_name, topic, payload) => {
    expect(own.decode(frame(topic, payload)).quarantine).toMatchObject([{ reason: 'unknown-topic' }]);
  });

  test('two makers, one prefix', () => {
    const ids = (topic: string, payload: unknown) =>
      own.decode(frame(topic, payload)).readings.map((one) => one.device);
    expect(ids('lab/node/status', 'online')).toEqual(['node']);
    expect(ids('lab/plug/online', 'true')).toEqual(['plug']);
    expect(ids('lab/plug/status/switch:0', { apower: 5 })).toEqual(['plug']);
    expect(ids('lab/node/sensor/power/state', '5')).toEqual(['node']);
  });

  test('a DTU that tells of a dead meter, for an hour, is not switched off', () => {
    const report = (value: string, err: string) => ({
      params: { dir: 'up', id: 'SN1', r_data: [{ name: 'energy', value, err }] },
    });
    for (let n = 0; n < 200; n += 1) {
      const { readings, heard, quarantine } = own.decode(frame('/PubTopic1', report('0', '1')));
      expect({ readings, heard }).toEqual({ readings: [], heard: ['dtu'] });
      expect(quarantine).toEqual([
        { reason: 'bad-value', detail: 'energy: bus error 1', profile: 'usr-dtu', address: 'SN1' },
      ]);
    }
    expect(own.decode(frame('/PubTopic1', report('812.5', '0'))).readings).toMatchObject([{ value: 812.5 }]);
  });
});
