import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alink } from '../../../src/decode/codecs/alink.ts';
import { AT, campusDecoder, frame } from '../campus.ts';

const TOPIC = '/sys/a1PK/meter-1/thing/event/property/post';
const post = (more: object) => ({
  id: '123',
  version: '1.0',
  params: { TotalEnergy: 5 },
  method: 'thing.event.property.post',
  ...more,
});
const device = { id: 'meter-1', kind: 'electricity-meter', profile: 'aliyun-alink', address: 'a1PK/meter-1' };

describe('answers', () => {
  const repliesTo = (message: unknown, topic = TOPIC) => campusDecoder([device]).decode(frame(topic, message)).replies;

  test('a device that asks for one gets it on its own reply topic, with its own id', () => {
    const [reply, ...more] = repliesTo(post({ sys: { ack: 1 } }));
    expect(more).toEqual([]);
    expect(reply?.topic).toBe(`${TOPIC}_reply`);
    expect(JSON.parse(String(reply?.payload))).toEqual({
      id: '123',
      code: 200,
      data: {},
      message: 'success',
      method: 'thing.event.property.post',
      version: '1.0',
    });
  });

  test.each([
    ['it does not ask', post({ sys: { ack: 0 } })],
    ['it says nothing of answers', post({})],
    ['its message has no id', post({ id: undefined, sys: { ack: 1 } })],
    ['its id is an object', post({ id: {}, sys: { ack: 1 } })],
    ['its id is a book', post({ id: '9'.repeat(65), sys: { ack: 1 } })],
    ['it sends a list', [post({ sys: { ack: 1 } })]],
  ])('none where %s', (_name, message) => {
    expect(repliesTo(message)).toEqual([]);
  });

  test('an event is answered too, and is a sign of life', () => {
    const topic = '/sys/a1PK/meter-1/thing/event/lowVoltage/post';
    const result = campusDecoder([device]).decode(frame(topic, post({ sys: { ack: 1 }, id: 7 })));
    expect(result.replies).toMatchObject([{ topic: `${topic}_reply` }]);
    expect(JSON.parse(String(result.replies[0]?.payload))).toMatchObject({ id: '7' });
    expect(result).toMatchObject({ readings: [], heard: ['meter-1'], quarantine: [] });
  });

  test('an answer on the reply topic, our own included, is answered by nobody', () => {
    const result = campusDecoder([device]).decode(frame(`${TOPIC}_reply`, post({ sys: { ack: 1 } })));
    expect(result).toMatchObject({ ignored: true, replies: [] });
  });
});

test('a gateway that nobody configured does not stand in the way of the devices behind it', () => {
  const behind = { id: 'room-101', profile: 'aliyun-alink', address: 'a1Sub/room-101' };
  const params = {
    properties: {},
    subDevices: [
      {
        identity: { productKey: 'a1Sub', deviceName: 'room-101' },
        properties: { TotalEnergy: { value: 8, time: AT - 5_000 } },
      },
    ],
  };
  const result = campusDecoder([behind]).decode(frame('/sys/a1Gw/gw/thing/event/property/pack/post', post({ params })));
  expect(result.readings).toMatchObject([{ device: 'room-101', value: 8, ts: AT - 5_000 }]);
  expect(result.quarantine).toEqual([]);
});

test('no bytes make it throw', () => {
  const codec = alink();
  const message = fc.record({ id: fc.anything(), sys: fc.anything(), method: fc.anything(), params: fc.anything() });
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string(), message.map(text)), (payload) => {
      const read = codec({ payload: Buffer.from(payload), topic: TOPIC, at: AT });
      expect(typeof read.ok).toBe('boolean');
    }),
    { numRuns: 1_000 },
  );
});

function text(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}
