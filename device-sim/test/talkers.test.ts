/** Devices whose connection means something: births, wills, and what they answer. */

import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { devicesConfig } from '#contract/config/devices.ts';
import { waitFor } from '../../gateway/test/wait-for.ts';
import { createTalkers } from '../encoders/encoder-of.ts';
import type { Message, Talker } from '../encoders/message.ts';
import { startFleet } from '../fleet.ts';
import { withCrc } from '../responders/modbus-slave.ts';
import { smallCampus } from './small-campus.ts';
import { startBroker } from './test-broker.ts';

const CONTEXT = { site: 'main', localTime: () => '2026-03-02T08:00:00' };
const TS = Date.parse('2026-03-02T08:00:00+08:00');

function talkers(profile: string, ...addresses: readonly string[]): Talker[] {
  const of = createTalkers();
  const { devices } = devicesConfig.parse({
    devices: addresses.map((address, i) => ({
      ...{ id: `d${i}`, name: 'd', kind: 'electricity-meter', place: 'campus', profile, address },
      ...(address.startsWith('old') ? { tags: ['homie-4'] } : {}),
    })),
  });
  return devices.map((device) => {
    const talker = of(device, CONTEXT);
    if (talker === undefined) throw new Error(profile);
    return talker;
  });
}

const leaf = ({ topic, payload, qos, retain }: Message): string =>
  `${topic} ${payload.toString().startsWith('{') ? '{}' : payload} q${qos}${retain ? ' kept' : ''}`;
const METER = { energy_total_kwh: 12.5, power_w: 40 };

test('ESPHome: birth and will on one topic, states kept, QoS 0', () => {
  const [node] = talkers('esphome', 'flat');
  expect(node?.will?.().payload).toBe('offline');
  expect(node?.born?.(TS).map(leaf)).toEqual(['flat/status online q0 kept']);
  expect(node?.says(METER, TS).map(leaf)).toEqual([
    'flat/sensor/total_energy/state 12.5 q0 kept',
    'flat/sensor/power/state 40 q0 kept',
  ]);
});

describe('Homie', () => {
  test('5: init, description, ready, then values, QoS 2; described once a connection', () => {
    const [device] = talkers('homie', 'flat');
    expect(leaf(device?.will?.() ?? { topic: '', payload: '', qos: 0, retain: false })).toBe(
      'homie/5/flat/$state lost q2 kept',
    );
    const first = device?.says(METER, TS) ?? [];
    expect(first.map(leaf)).toEqual([
      'homie/5/flat/$state init q2 kept',
      'homie/5/flat/$description {} q2 kept',
      'homie/5/flat/$state ready q2 kept',
      'homie/5/flat/main/energy 12.5 q2 kept',
      'homie/5/flat/main/power 40 q2 kept',
    ]);
    expect(JSON.parse(String(first[1]?.payload))).toMatchObject({
      homie: '5.0',
      nodes: { main: { properties: { energy: { datatype: 'float', unit: 'kWh' }, power: { unit: 'W' } } } },
    });
    expect(device?.says(METER, TS)).toHaveLength(2);
    device?.born?.(TS);
    expect(device?.says(METER, TS)).toHaveLength(5);
  });

  test('4: attributes as topics, units before values, QoS 1', () => {
    const said = talkers('homie', 'old').flatMap((device) => device.says(METER, TS).map(leaf));
    expect(said[0]).toBe('homie/old/$state init q1 kept');
    expect(said.indexOf('homie/old/main/energy/$unit kWh q1 kept')).toBeGreaterThan(0);
    expect(said.slice(-3)).toEqual([
      'homie/old/$state ready q1 kept',
      'homie/old/main/energy 12.5 q1 kept',
      'homie/old/main/power 40 q1 kept',
    ]);
  });
});

describe('Sparkplug', () => {
  const kind = ({ topic }: Message): string => topic.replace('spBv1.0/Campus/', '');
  /** `seq` is the last field of every payload of ours. */
  const seq = ({ payload }: Message): number => Buffer.from(payload).at(-1) ?? -1;
  const has = ({ payload }: Message, text: string): boolean => Buffer.from(payload).includes(text);

  test('devices of a node share its connection and count together; names are said once', () => {
    const [first, second] = talkers('sparkplug-b', 'gw/m1', 'gw/m2');
    expect([first?.connection, second?.connection]).toEqual(['gw', 'gw']);
    first?.will?.();
    const said = [
      ...(first?.born?.(TS) ?? []),
      ...(first?.says(METER, TS) ?? []),
      ...(second?.says(METER, TS) ?? []),
      ...(first?.says(METER, TS) ?? []),
    ];
    expect(said.map(kind)).toEqual(['NBIRTH/gw', 'DBIRTH/gw/m1', 'DBIRTH/gw/m2', 'DDATA/gw/m1']);
    expect(said.map(seq)).toEqual([0, 1, 2, 3]);
    expect(said.map((one) => has(one, 'Energy/Total kWh'))).toEqual([false, true, true, false]);
  });

  test('the command is answered with births of all; other commands are not', () => {
    const [first, second] = talkers('sparkplug-b', 'gw/m1', 'gw/m2');
    for (const one of [first, second]) one?.says(METER, TS);
    const births = first?.hears?.(Buffer.from('..Node Control/Rebirth..'), METER, TS) ?? [];
    expect(births.map(kind)).toEqual(['NBIRTH/gw', 'DBIRTH/gw/m1', 'DBIRTH/gw/m2']);
    expect(births.map(seq)).toEqual([0, 1, 2]);
    expect(first?.hears?.(Buffer.from('Node Control/Reboot'), METER, TS)).toEqual([]);
  });

  test('every connection has a bdSeq of its own, in the will and in the birth; seq goes round after 255', () => {
    const [node] = talkers('sparkplug-b', 'gw/m1');
    const wills = [0, 1].map(() => Buffer.from(node?.will?.().payload ?? '').at(-1));
    expect(wills).toEqual([0, 1]);
    const [birth] = node?.born?.(TS) ?? [];
    expect(Buffer.from(birth?.payload ?? '').includes(Buffer.from([0x20, 4, 0x58, 1]))).toBe(true);
    const last = Array.from({ length: 256 }, () => node?.says(METER, TS)[0]).at(-1);
    expect(last && seq(last)).toBe(0);
  });
});

test('Home Assistant: announced once a connection, then one JSON', () => {
  const [device] = talkers('home-assistant', 'flat');
  expect(device?.says(METER, TS).map(leaf)).toEqual([
    'homeassistant/device/flat/config {} q1 kept',
    'ha-sim/flat/availability online q1 kept',
    'ha-sim/flat/state {} q1',
  ]);
  expect(device?.says(METER, TS).map(leaf)).toEqual(['ha-sim/flat/state {} q1']);
});

/** Cameras and recorders on sockets of their own; there is nothing to play over MQTT. */
const NOT_OVER_MQTT = ['gb28181', 'hikvision-isapi', 'onvif'];
/** A read of something each meter on a line has. */
const REQUESTS: Readonly<Record<string, Buffer>> = {
  dlt645: Buffer.from('68AAAAAAAAAAAA681300DF16', 'hex'),
  cjt188: Buffer.from('6810AAAAAAAAAAAAAA0103901F00D116', 'hex'),
  mbus: Buffer.from('105BFE5916', 'hex'),
  'modbus-ddsu666': withCrc(Buffer.of(1, 3, 0x20, 0, 0, 2)),
  'modbus-dds238': withCrc(Buffer.of(1, 3, 0, 0, 0, 2)),
  'modbus-sdm': withCrc(Buffer.of(1, 4, 0, 0, 0, 2)),
  'modbus-sdm630': withCrc(Buffer.of(1, 4, 0, 0, 0, 2)),
  'modbus-float-cdab': withCrc(Buffer.of(1, 3, 1, 0, 0, 2)),
};

test('a campus with a device of every shipped profile is played', async () => {
  const folder = resolve(import.meta.dirname, '../../config/profiles');
  const profiles = readdirSync(folder).map((file) => file.replace('.yaml', ''));
  const devices = profiles.flatMap((profile) => {
    const kind = profile === 'frigate' ? 'camera' : profile === 'cjt188' ? 'water-meter' : 'electricity-meter';
    const base = { id: profile, name: profile, kind, profile, place: 'floor', intervalS: 0.5 };
    const isAsked = profile in REQUESTS;
    const polled = { ...base, id: `${profile}-asked`, address: '1', downTopic: `dtu/${profile}/down` };
    return profile.startsWith('modbus-') ? [polled] : isAsked ? [base, polled] : [base];
  });
  const broker = await startBroker();
  const said: string[] = [];
  const fleet = await startFleet({
    ...{ config: smallCampus({ devices }), mqttUrl: broker.url, bridge: 'sim' },
    log: (sentence) => void said.push(sentence),
  });
  onTestFinished(() => fleet.stop());
  expect(said).toEqual(NOT_OVER_MQTT.map((profile) => `${profile}: profile ${profile} cannot be simulated`));
  await waitFor(() => expect(fleet.connected().connected).toBe(fleet.connected().sessions), 8_000);
  const asking = await connectAsync(broker.url, { clientId: 'asking' });
  onTestFinished(() => asking.endAsync(true));
  for (const [profile, request] of Object.entries(REQUESTS)) asking.publish(`dtu/${profile}/down`, request, { qos: 1 });

  const wanted = profiles.filter((profile) => !NOT_OVER_MQTT.includes(profile));
  const spoken = (): Set<string | undefined> => {
    const topics = new Set(broker.received.filter(({ client }) => client !== 'asking').map(({ topic }) => topic));
    return new Set(
      wanted.filter((profile) =>
        [...topics].some((topic) =>
          profile.startsWith('modbus-') ? topic === `dtu/${profile}/up` : isOf(topic, profile),
        ),
      ),
    );
  };
  await waitFor(() => expect([...spoken()]).toEqual(wanted), 8_000);
  const answers = new Set(broker.received.filter(({ topic }) => /^dtu\/.*\/up$/.test(topic)).map(({ topic }) => topic));
  for (const profile of Object.keys(REQUESTS)) expect(answers).toContain(`dtu/${profile}/up`);
});

/** Where each ecosystem speaks of the device that bears the name of its profile. */
function isOf(topic: string, profile: string): boolean {
  const places: Readonly<Record<string, string>> = {
    'usr-dtu': '/PubTopic1',
    'shelly-gen1': 'shellies/shelly-gen1/emeter/0/power',
    tasmota: 'tele/tasmota/SENSOR',
    'home-assistant': 'ha-sim/home-assistant/state',
    'sparkplug-b': 'spBv1.0/Campus/NBIRTH/sparkplug-b',
  };
  return topic === (places[profile] ?? topic) && topic.includes(places[profile] ?? profile);
}
