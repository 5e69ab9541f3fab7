/** Who speaks for a profile. Written from the ecosystems' own papers, never from a decoder. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import { modbusMaps } from '../responders/modbus-maps.ts';
import { modbusSlave } from '../responders/modbus-slave.ts';
import { cjt188Meter, dlt645Meter, mbusSlave } from '../responders/serial-meters.ts';
import { acrel } from './acrel.ts';
import { aliyunAlink } from './aliyun-alink.ts';
import { chirpstack } from './chirpstack.ts';
import { cjt188 } from './cjt188.ts';
import { dlt645 } from './dlt645.ts';
import { esphome } from './esphome.ts';
import { frigate } from './frigate.ts';
import { homeAssistant } from './home-assistant.ts';
import { homie } from './homie.ts';
import { huaweiIotda } from './huawei-iotda.ts';
import { mbus } from './mbus.ts';
import type { EncodeContext, Encoder, Talker, TalkerOf } from './message.ts';
import { native } from './native.ts';
import { shellyGen1, shellyGen2 } from './shelly.ts';
import { createSparkplugNodes } from './sparkplug-b.ts';
import { tasmota } from './tasmota.ts';
import { thethingsstack } from './thethingsstack.ts';
import { usrDtu } from './usr-dtu.ts';
import { zigbee2mqtt } from './zigbee2mqtt.ts';

const ENCODERS: Readonly<Record<string, Encoder>> = {
  native,
  tasmota,
  zigbee2mqtt,
  'shelly-gen1': shellyGen1,
  'shelly-gen2': shellyGen2,
  frigate,
  chirpstack,
  thethingsstack,
  'usr-dtu': usrDtu,
  acrel,
  'aliyun-alink': aliyunAlink,
  'huawei-iotda': huaweiIotda,
  dlt645,
  cjt188,
  mbus,
};

const TALKERS: Readonly<Record<string, TalkerOf>> = { esphome, homie, 'home-assistant': homeAssistant };

/** Devices on a line that a gateway polls; without `downTopic` their DTU asks them by itself, which Modbus cannot bear. */
const RESPONDERS: Readonly<Record<string, TalkerOf>> = {
  dlt645: dlt645Meter,
  cjt188: cjt188Meter,
  mbus: mbusSlave,
  ...Object.fromEntries(Object.entries(modbusMaps).map(([profile, map]) => [profile, modbusSlave(map)])),
};

/** @returns undefined for a profile whose devices do not simply report. */
export function encoderOf(profile: string): Encoder | undefined {
  return Object.hasOwn(ENCODERS, profile) ? ENCODERS[profile] : undefined;
}

/**
 * How the devices of one fleet talk. A school's copy of a profile, such as `dlt645-phases`, is played as what it begins with.
 * @returns a function that gives undefined for a device that this simulator cannot play, or that is not on a polled line
 */
export function createTalkers(): (device: DeviceConfig, context: EncodeContext) => Talker | undefined {
  const talkers: Readonly<Record<string, TalkerOf>> = { ...TALKERS, 'sparkplug-b': createSparkplugNodes() };
  const known = [ENCODERS, talkers, RESPONDERS].flatMap((one) => Object.keys(one));
  const original = (profile: string): string =>
    known
      .filter((one) => profile === one || profile.startsWith(`${one}-`))
      .toSorted((a, b) => b.length - a.length)[0] ?? profile;
  return (device, context) => {
    const profile = original(device.profile);
    const responder = device.downTopic === undefined ? undefined : RESPONDERS[profile];
    const talkerOf = responder ?? talkers[profile];
    if (talkerOf !== undefined) return talkerOf(device, context);
    const encode = encoderOf(profile);
    return encode && { says: (values, ts) => encode(device, values, ts, context) };
  };
}
