import { describe, expect, test } from 'vitest';
import { AT, campusDecoder, type DeviceEntry, frame, oneRule } from './campus.ts';

const meter = (more: Partial<DeviceEntry> = {}): DeviceEntry => ({ id: 'd1', profile: 'one', address: 'd', ...more });

function take(body: string, payload: unknown): string[] {
  const trace = campusDecoder([], [oneRule(body)]).trace(frame('t/d', payload));
  return [
    ...trace.readings.map(({ metric, value }) => `${metric}=${value}`),
    ...trace.faults.map(({ detail }) => `!${detail}`),
  ];
}

describe('two members of one message that claim one metric', () => {
  const probes = 'each: [{key: "{probe=DS|BME}", emit: [{metric: temperature_c, path: Temperature}]}]';

  test('come out under their own names', () => {
    expect(take(probes, { DS: { Temperature: 4.2 }, BME: { Temperature: 24.8 } })).toEqual([
      'property:DS.Temperature=4.2',
      'property:BME.Temperature=24.8',
    ]);
  });

  test('also while they happen to agree: a series must not change its meaning with the weather', () => {
    expect(take(probes, { DS: { Temperature: 21 }, BME: { Temperature: 21 } })).toEqual([
      'property:DS.Temperature=21',
      'property:BME.Temperature=21',
    ]);
  });

  test('one alone is the metric', () => {
    expect(take(probes, { BME: { Temperature: 24.8 } })).toEqual(['temperature_c=24.8']);
  });

  test('names of a table are those that `others` would give', () => {
    const body =
      'each: [{in: values, emit_by_key: {key: {path: name}, value: val, others: "node:{key}", keys: {power: power_w, p: power_w, "p{n}": power_w}}}]';
    const values = [
      { name: 'power', val: 5 },
      { name: 'p', val: 6 },
      { name: 'p7', val: 7 },
    ];
    expect(take(body, { values })).toEqual(['node:power=5', 'node:p=6', 'node:p7=7']);
  });

  test('a name that says two values says none, and that is told', () => {
    const body = 'each: [{in: values, emit_by_key: {key: {path: name}, value: val, keys: {power: power_w}}}]';
    const values = [
      { name: 'power', val: 5 },
      { name: 'power', val: 6 },
    ];
    expect(take(body, { values })).toEqual(['!power_w: 2 values at one instant, 5, 6']);
    expect(take(body, { values: [values[0], values[0]] })).toEqual(['power_w=5']);
  });

  test('other instants, devices and channels are none of its business', () => {
    const body =
      'match: "t/{gateway}"\neach: [{in: list, device: {path: id}, ts: {path: t, unit: ms}, emit: [{metric: power_w, path: p}]}]';
    const list = [
      { id: 'a', t: AT, p: 1 },
      { id: 'b', t: AT, p: 2 },
      { id: 'a', t: AT - 1_000, p: 3 },
    ];
    expect(take(body, { list })).toEqual(['power_w=1', 'power_w=2', 'power_w=3']);
  });

  test('among hundreds of values, too', () => {
    const body =
      'each: [{in: list, emit: [{metric: power_w, path: p, suffix: {from: index, as: ch}}]}, {in: more, emit: [{metric: power_w_ch7, path: p}]}]';
    const list = Array.from({ length: 400 }, (_, n) => ({ p: n }));
    const said = take(body, { list, more: [{ p: 1 }] });
    expect(said).toHaveLength(401);
    expect(said.filter((one) => one.startsWith('property:'))).toEqual(['property:[7].p=7', 'property:[0].p=1']);
  });
});

describe('with the registry', () => {
  const probes = oneRule('each: [{key: "{probe=DS|BME}", emit: [{metric: temperature_c, path: Temperature}]}]');
  const payload = { DS: { Temperature: 4.2 }, BME: { Temperature: 24.8 } };

  test('fields says which is which', () => {
    const fields = {
      'DS.Temperature': { metric: 'temperature_c_ch1' },
      'BME.Temperature': { metric: 'temperature_c' },
    };
    const { readings, quarantine } = campusDecoder([meter({ fields })], [probes]).decode(frame('t/d', payload));
    expect(readings.map(({ metric, value }) => [metric, value])).toEqual([
      ['temperature_c_ch1', 4.2],
      ['temperature_c', 24.8],
    ]);
    expect(quarantine).toEqual([]);
  });

  test('two names that fields gives one metric are told and not stored', () => {
    const same = { metric: 'temperature_c' };
    const fields = { 'DS.Temperature': same, 'BME.Temperature': same };
    const { readings, quarantine } = campusDecoder([meter({ fields })], [probes]).decode(frame('t/d', payload));
    expect(readings).toEqual([]);
    expect(quarantine.map(({ detail }) => detail)).toEqual(['temperature_c: 2 values at one instant, 4.2, 24.8']);
  });

  test('values of times that cannot be believed all fall on the arrival, and none is it', () => {
    const body = oneRule(
      'each: [{in: h, ts: {path: t, unit: ms, notBefore: "2010-01-01"}, emit: [{metric: power_w, path: p}]}]',
    );
    const h = [
      { t: AT - 90 * 86_400_000, p: 1 },
      { t: AT - 91 * 86_400_000, p: 2 },
    ];
    const { readings, quarantine } = campusDecoder([meter()], [body]).decode(frame('t/d', { h }));
    expect(readings).toEqual([]);
    expect(quarantine.map(({ reason }) => reason)).toEqual(['bad-value']);
  });
});
