import { describe, expect, test } from 'vitest';
import { profileTest } from '../../src/decode/profile-test.ts';
import { oneRule } from './campus.ts';

const profile = (tests: string): string =>
  oneRule('emit: [{metric: power_w, path: v}]').replace(/tests:[\s\S]*/, `tests:\n${tests}`);
const run = (files: Record<string, string>, vectors: Record<string, string> = {}) =>
  profileTest({
    targets: new Map(Object.entries(files)),
    loaded: new Map([['one.yaml', profile('  - {id: t, topic: t/d, payload: {}, expect: []}')]]),
    vectors: new Map(Object.entries(vectors)),
  });

describe('a profile', () => {
  test('passes with everything expected and nothing more', () => {
    expect(
      run({
        'p.yaml': profile(
          '  - {id: ok, topic: t/d, payload: {v: 5}, expect: [{device: d, metric: power_w, value: 5.0000001}]}',
        ),
      }),
    ).toEqual({ passed: 1, failed: 0, failures: [] });
  });

  test.each([
    [
      'a wrong value',
      'payload: {v: 5}, expect: [{device: d, metric: power_w, value: 6}]',
      [{ device: 'd', metric: 'power_w', value: 5 }],
    ],
    ['a missing value', 'payload: {}, expect: [{device: d, metric: power_w, value: 6}]', []],
    ['a value too many', 'payload: {v: 5}, expect: []', [{ device: 'd', metric: 'power_w', value: 5 }]],
    [
      'the same value expected twice',
      'payload: {v: 5}, expect: [{device: d, metric: power_w, value: 5}, {device: d, metric: power_w, value: 5}]',
      [{ device: 'd', metric: 'power_w', value: 5 }],
    ],
    [
      'a time that does not come',
      'payload: {v: 5}, expect: [{device: d, metric: power_w, value: 5, ts: 1}]',
      [{ device: 'd', metric: 'power_w', value: 5 }],
    ],
    [
      'a fault',
      'payload: {v: x}, expect: [{device: d, metric: power_w, value: 5}]',
      [{ reason: 'bad-value', detail: 'power_w: x', address: 'd' }],
    ],
  ])('fails for %s and says what came', (_name, body, got) => {
    const result = run({ 'p.yaml': profile(`  - {id: bad, topic: t/d, ${body}}`) });
    expect(result).toMatchObject({ passed: 0, failed: 1, failures: [{ file: 'p.yaml', id: 'bad', got }] });
  });

  test('that is not valid names the line', () => {
    const { failures } = run({ 'p.yaml': 'id: p\nnome: x\n' });
    expect(failures.map(({ id }) => id)).toContain('line 2 nome');
  });

  test('may name vector files; one that is not there fails', () => {
    const vectors = JSON.stringify({
      profile: 'one',
      title: { zh: '一', en: 'one' },
      messages: [{ id: 'm', topic: 't/d', payload: { v: 1 }, expect: [{ device: 'd', metric: 'power_w', value: 2 }] }],
    });
    const text = profile('  - more.json\n  - none.json');
    expect(run({ 'p.yaml': text }, { 'more.json': vectors }).failures.map(({ file, id }) => `${file} ${id}`)).toEqual([
      'p.yaml none.json',
      'more.json m',
    ]);
  });
});

describe('a fixture', () => {
  const fixture = (...messages: object[]): Record<string, string> => ({
    'f.json': JSON.stringify({ _meta: { ecosystem: 'x' }, messages }),
  });

  test('may yield more than it expects, and states may be booleans', () => {
    const result = run(
      fixture(
        {
          id: 'a',
          topic: 'campus/v1/b3/cam/heartbeat',
          enc: 'json',
          payload: { fps: 25, rec: true },
          qos: 1,
          expect: [{ device: 'cam', metric: 'online', value: true, note: 'n' }],
        },
        {
          id: 'b',
          topic: 't/d',
          enc: 'hex',
          payload: '7b2276223a317d',
          expect: [{ device: 'd', metric: 'power_w', value: 1, unit: 'W' }],
        },
      ),
    );
    expect(result).toEqual({ passed: 2, failed: 0, failures: [] });
  });

  test('that expects nothing must yield nothing', () => {
    expect(run(fixture({ id: 'a', topic: 't/d', enc: 'json', payload: { v: 1 }, expect: [] }))).toMatchObject({
      failed: 1,
      failures: [{ id: 'a', expected: [] }],
    });
  });

  test('with a time is judged at that time', () => {
    const message = {
      id: 'a',
      topic: 'campus/v1/b3/m/readings',
      enc: 'json',
      payload: { ts: 1_500_000_000_000, power_w: 1 },
      expect: [{ device: 'm', metric: 'power_w', value: 1, ts: '2017-07-14T02:40:00Z' }],
    };
    expect(run(fixture(message)).failures).toEqual([]);
  });

  test.each([
    ['nanoseconds', { ts: 1_772_409_600_000_000_000, power_w: 1 }],
    ['a number beyond all dates', { ts: 9e300, power_w: 1 }],
  ])('with %s for a time fails like any other', (_, payload) => {
    const expect1 = { device: 'm', metric: 'power_w', value: 2 };
    const message = { id: 'a', topic: 'campus/v1/b3/m/readings', enc: 'json', payload, expect: [expect1] };
    expect(run(fixture(message))).toMatchObject({ failed: 1, failures: [{ id: 'a' }] });
    const p = profile(`  - {id: bad, topic: t/d, payload: {v: 5, t: ${payload.ts}}, expect: []}`);
    const timed = p.replace('    emit:', '    ts: {path: t, unit: s}\n    emit:');
    expect(run({ 'p.yaml': timed })).toMatchObject({ failed: 1 });
  });

  test('whose expected time is none fails', () => {
    const wanted = { device: 'm', metric: 'power_w', value: 1, ts: 'yesterday' };
    const message = {
      id: 'a',
      topic: 'campus/v1/b3/m/readings',
      enc: 'json',
      payload: { power_w: 1 },
      expect: [wanted],
    };
    expect(run(fixture(message))).toMatchObject({ failed: 1, failures: [{ id: 'a' }] });
  });

  test('may end with a comma and begin with a byte order mark', () => {
    const text = JSON.stringify({ _meta: {}, messages: [] });
    expect(run({ 'f.json': `\ufeff${text.replace(']', ',]').replace('[,', '[')}\0` }).failures).toEqual([]);
    expect(run({ 'f.json': '{"_meta":{},"messages":[' })).toMatchObject({
      failures: [{ got: 'not JSON: it breaks off' }],
    });
  });

  test.each(['{', '[]', '{"messages":[]}'])('%s is no fixture', (text) => {
    expect(run({ 'f.json': text })).toMatchObject({ passed: 0, failed: 1 });
  });
});
