import { expect, test } from 'vitest';
import { campusDecoder, frame } from '../campus.ts';

const shelly = (): ((topic: string, payload: unknown) => string[]) => {
  const decoder = campusDecoder(['shellyht-1', 'shellyht-2'].map((id) => ({ id, profile: 'shelly-gen1' })));
  return (topic, payload) =>
    decoder.decode(frame(`shellies/${topic}`, payload)).readings.map(({ metric, value }) => `${metric} ${value}`);
};

test('a temperature is in the unit that the device says it is set to, from then on', () => {
  const say = shelly();
  expect(say('shellyht-1/sensor/temperature', '70.7')).toEqual(['temperature_c 70.7']);
  say('shellyht-1/info', { tmp: { value: 70.7, units: 'F', tC: 21.5, tF: 70.7 } });
  expect(say('shellyht-1/sensor/temperature', '70.7')).toEqual(['temperature_c 21.5']);
  expect(say('shellyht-2/sensor/temperature', '21.5')).toEqual(['temperature_c 21.5']);
  say('shellyht-1/info', { tmp: { value: 21.5, units: 'C' } });
  expect(say('shellyht-1/sensor/temperature', '21.5')).toEqual(['temperature_c 21.5']);
});

test('info without a thermometer teaches nothing', () => {
  const say = shelly();
  expect(say('shellyht-1/info', { wifi_sta: { rssi: -60 }, tmp: { units: 'far too long to be a unit' } })).toEqual([]);
  expect(say('shellyht-1/sensor/temperature', '21.5')).toEqual(['temperature_c 21.5']);
});

test('a probe that is not attached, in either unit', () => {
  const say = shelly();
  expect(say('shellyht-1/sensor/temperature', '999')).toEqual([]);
});
