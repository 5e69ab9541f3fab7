/** What a line asks and when, and what becomes of what it hears. */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { type LineCampus, lineCampus, meterProfile } from './line-campus.ts';
import { withCrc } from './modbus-slave.ts';

const TIMING = 'poll: {timeoutMs: 1000, retries: 1, pauseMs: 50, lateMs: 10000}';
const ONE = meterProfile(['register: 0, metric: pulse_total'], '', TIMING);
const TWO = meterProfile(['register: 0, metric: pulse_total_ch0', 'register: 16, metric: pulse_total_ch1'], '', TIMING);
const UP = 'dtu/1/up';
const meters = (...units: number[]) =>
  units.map((unit) => ({ id: `m${unit}`, address: String(unit), downTopic: 'dtu/1/down', intervalS: 10 }));
const answer = (unit: number, value = 7): Buffer => withCrc([unit, 4, 4, 0, 0, value >> 8, value & 255]);

/** DL/T 645-2007, 7.1, of meter 202105080001: a request, an answer of 1234.56, and a refusal. */
function dlt645(di: string): { request: string; answer: Buffer; refusal: Buffer } {
  const number = [0x01, 0x00, 0x08, 0x05, 0x21, 0x20];
  const shifted = (bytes: readonly number[]): number[] => bytes.map((byte) => (byte + 0x33) & 255);
  const item = [...Buffer.from(di, 'hex')].reverse();
  const framed = (control: number, data: readonly number[]): Buffer => {
    const body = [0x68, ...number, 0x68, control, data.length, ...shifted(data)];
    return Buffer.from([0xfe, 0xfe, 0xfe, 0xfe, ...body, body.reduce((sum, byte) => sum + byte, 0) & 255, 0x16]);
  };
  return {
    request: framed(0x11, item).toString('hex'),
    answer: framed(0x91, [...item, 0x56, 0x34, 0x12, 0x00]),
    refusal: framed(0xd1, [0x02]),
  };
}

let line: LineCampus;
/** Units asked from `from` to `to`, each as `at:unit@register`; `reply` answers at once. */
function asked(
  from: number,
  to: number,
  reply: (request: Buffer, at: number) => Buffer | undefined = () => undefined,
): string[] {
  const sent: string[] = [];
  for (let at = from; at < to; at += 10) {
    for (const { request } of line.run(at)) {
      sent.push(`${at}:${request[0]}@${request.readUInt16BE(2)}`);
      const bytes = reply(request, at);
      if (bytes !== undefined) line.take(UP, bytes);
    }
  }
  return sent;
}
const values = (payload: Buffer, topic = UP): (string | number)[][] =>
  line.take(topic, payload).readings.map(({ device, metric, value }) => [device, metric, value]);

describe('turns', () => {
  beforeEach(() => {
    line = lineCampus(meters(1, 2, 3), [ONE]);
  });

  test('one request at a time, a pause between, once an interval', () => {
    const all = asked(0, 20_000, (request) => answer(request[0] ?? 0));
    expect(all.slice(0, 4)).toEqual(['0:1@0', '50:2@0', '100:3@0', '10000:1@0']);
    expect(all).toHaveLength(6);
  });

  test('no answer: once more, then the next; who is silent is asked more and more rarely', () => {
    const all = asked(0, 120_000, (request) => (request[0] === 2 ? undefined : answer(request[0] ?? 0)));
    expect(all.slice(0, 4)).toEqual(['0:1@0', '50:2@0', '1100:2@0', '2150:3@0']);
    const second = all.filter((one) => one.includes(':2@')).map((one) => Number(one.split(':')[0]));
    const gaps = second.slice(3).map((at, n) => at - (second[n + 2] ?? 0));
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
    expect(gaps.at(-1)).toBeGreaterThan(30_000);
    for (const unit of [1, 3]) expect(all.filter((one) => one.includes(`:${unit}@`))).toHaveLength(12);
  });

  test('who answers again is asked as before', () => {
    asked(0, 60_000, (request) => (request[0] === 2 ? undefined : answer(request[0] ?? 0)));
    const all = asked(60_000, 200_000, (request) => answer(request[0] ?? 0)).filter((one) => one.includes(':2@'));
    expect(all.length).toBeGreaterThan(9);
    expect(line.polls.news().map(({ text }) => text)).toEqual([
      'm2 does not answer on dtu/1/down; it is asked more rarely',
      'm2 answers again',
    ]);
  });

  test('a line that is too slow leaves rounds out, asks nobody twice, and says so once', () => {
    line = lineCampus(meters(...Array.from({ length: 30 }, (_, n) => n + 1)), [ONE]);
    let due = Number.POSITIVE_INFINITY;
    const sent: number[] = [];
    for (let at = 0; at < 120_000; at += 10) {
      for (const { request } of line.run(at)) {
        sent.push(request[0] ?? 0);
        due = at + 600;
      }
      if (at < due) continue;
      line.take(UP, answer(sent.at(-1) ?? 0));
      due = Number.POSITIVE_INFINITY;
    }
    const counts = Array.from({ length: 30 }, (_, n) => sent.filter((unit) => unit === n + 1).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(line.polls.counters().skipped).toBeGreaterThan(100);
    expect(line.polls.news().map(({ text }) => text)).toEqual([
      "dtu/1/up is slower than its devices' intervalS: rounds are left out",
    ]);
  });

  test('nobody listens: tried once a second, at no one’s expense; then all are asked', () => {
    line.listening = false;
    expect(asked(0, 30_000)).toEqual([]);
    expect(line.polls.counters()).toMatchObject({ requests: 0, timeouts: 0, unheard: 30 });
    line.listening = true;
    expect(asked(30_000, 31_500, (request) => answer(request[0] ?? 0))).toHaveLength(3);
    expect(line.polls.news().map(({ text }) => text)).toEqual([
      'nobody is subscribed to dtu/1/down: its devices cannot be asked',
      'dtu/1/down has a subscriber again',
    ]);
  });

  test('another config that asks the same goes on; one that asks otherwise begins anew', () => {
    expect(asked(0, 20)).toEqual(['0:1@0']);
    line = lineCampus(meters(1, 2, 3), [ONE], line.polls);
    expect(values(answer(1))).toEqual([['m1', 'pulse_total', 7]]);
    line = lineCampus(meters(1, 2), [ONE], line.polls);
    expect(asked(20, 100)).toEqual(['20:1@0']);
  });

  test('when there is something to do is known', () => {
    asked(0, 500, (request) => answer(request[0] ?? 0));
    expect(line.polls.isOpen()).toBe(false);
    expect(line.polls.wakeAt()).toBe(10_000);
  });
});

describe('answers', () => {
  beforeEach(() => {
    line = lineCampus(meters(1, 2), [ONE]);
    asked(0, 10);
  });

  test('in pieces, one by one', () => {
    const bytes = answer(1);
    for (const byte of bytes.subarray(0, -1)) expect(values(Buffer.from([byte]))).toEqual([]);
    expect(values(bytes.subarray(-1))).toEqual([['m1', 'pulse_total', 7]]);
  });
  test('behind noise, an echo and a stranger', () => {
    const echo = withCrc([1, 4, 0, 0, 0, 2]);
    const stranger = withCrc([77, 3, 2, 0, 1]);
    expect(values(Buffer.concat([echo, stranger, Buffer.from([1, 4, 9, 0xfe]), answer(1), answer(1)]))).toEqual([
      ['m1', 'pulse_total', 7],
    ]);
  });
  test('a wrong checksum, and one the wrong way round, are none; the line is asked again', () => {
    const bad = answer(1);
    bad[4] = 1;
    const swapped = answer(1);
    swapped.subarray(-2).reverse();
    expect(line.take(UP, bad)).toMatchObject({ readings: [], heard: [], quarantine: [{ reason: 'bad-payload' }] });
    expect(line.take(UP, swapped).quarantine[0]?.detail).toContain('wrong way round');
    expect(asked(10, 1_100)).toEqual(['1050:1@0']);
  });
  test('nothing known is told as that', () => {
    expect(line.take(UP, Buffer.from('PING')).quarantine[0]?.detail).toContain('heartbeat packets');
    expect(line.take(UP, Buffer.concat([Buffer.from('PING'), answer(1)])).quarantine).toEqual([]);
  });
  test('any bytes in any pieces: nothing throws, no value is not a number', () => {
    line = lineCampus(
      [
        ...meters(1, 2),
        { id: 'e', address: '202105080001', profile: 'dlt645', downTopic: 'dtu/1/down', intervalS: 10 },
      ],
      [TWO],
    );
    const start = fc.constantFrom([1, 4], [1, 4, 4], [2, 0x84], [0x68], [1, 4, 0, 0, 0, 2]);
    const piece = fc.tuple(fc.oneof(fc.constant([]), start), fc.uint8Array({ maxLength: 24 }));
    let at = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        for (const [head, tail] of pieces) {
          at += 700;
          line.run(at);
          for (const { value } of line.take(UP, Buffer.from([...head, ...tail])).readings)
            expect(value).toSatisfy(Number.isFinite);
        }
      }),
      { numRuns: 300 },
    );
  });
  test('of another unit', () => {
    expect(values(answer(2))).toEqual([]);
    expect(line.take(UP, answer(9)).quarantine).toMatchObject([{ reason: 'unknown-device', address: '9' }]);
  });
  test('a refusal is life, and no value', () => {
    expect(line.take(UP, withCrc([1, 0x84, 2]))).toMatchObject({ readings: [], heard: ['m1'], quarantine: [] });
    expect(line.polls.news()[0]?.text).toBe('m1 refuses function 4, register 0x0: illegal data address (2)');
    expect(line.polls.counters()).toMatchObject({ exceptions: 1, answers: 1 });
  });
  test('too late: of no use, and nobody else’s', () => {
    asked(10, 3_000);
    expect(values(answer(1))).toEqual([]);
    expect(values(answer(2))).toEqual([['m2', 'pulse_total', 7]]);
    expect(line.polls.counters().late).toBe(1);
  });
  test('a retained or a last message is none', () => {
    const { decoder } = line;
    const frame = { topic: UP, payload: answer(1), qos: 1, retain: true, at: 0, clientId: 'c', username: 'c' } as const;
    expect(decoder.decode({ ...frame, replayed: true, will: false, credential: 'bridge' }).readings).toEqual([]);
    expect(decoder.decode({ ...frame, replayed: false, will: true, credential: 'bridge' }).readings).toEqual([]);
  });
});

describe('answers of the same shape', () => {
  beforeEach(() => {
    line = lineCampus(meters(1), [TWO]);
    asked(0, 10);
  });

  test('while one may still come the other register is not asked', () => {
    expect(asked(10, 11_900).every((one) => one.endsWith('@0'))).toBe(true);
    expect(asked(11_900, 40_000).some((one) => one.endsWith('@16'))).toBe(true);
  });
  test('the same bytes again are doubted once', () => {
    expect(values(answer(1))).toEqual([['m1', 'pulse_total_ch0', 7]]);
    expect(asked(60, 100)).toEqual(['60:1@16']);
    expect(values(answer(1))).toEqual([]);
    expect(asked(100, 1_200)).toEqual(['1110:1@16']);
    expect(values(answer(1))).toEqual([['m1', 'pulse_total_ch1', 7]]);
    expect(line.polls.counters().doubtful).toBe(1);
  });
});

describe('other protocols', () => {
  const sent = (at: number): string[] => line.run(at).map(({ request }) => request.toString('hex'));

  test('DL/T 645: one item after the other, as they are answered', () => {
    const meter = { id: 'e', address: '202105080001', profile: 'dlt645', downTopic: 'dtu/1/down', intervalS: 60 };
    line = lineCampus([meter, ...meters(1)], [ONE]);
    const [energy, power] = [dlt645('00010000'), dlt645('02030000')];
    expect(sent(0)).toEqual([energy.request]);
    expect(values(energy.answer)).toEqual([['e', 'energy_total_kwh', 1234.56]]);
    expect(sent(60)).toEqual([power.request]);
    expect(line.take(UP, power.refusal).heard).toEqual(['e']);
    expect(sent(120)).toEqual(['010400000002' + '71cb']);
    expect(values(Buffer.concat([answer(1), energy.answer]))).toEqual([
      ['m1', 'pulse_total', 7],
      ['e', 'energy_total_kwh', 1234.56],
    ]);
  });

  test('M-Bus: selected, acknowledged, asked', () => {
    line = lineCampus([{ id: 'w', address: '12345678', profile: 'mbus', downTopic: 'dtu/1/down', intervalS: 60 }]);
    const select = Buffer.from([0x53, 0xfd, 0x52, 0x78, 0x56, 0x34, 0x12, 0xff, 0xff, 0xff, 0xff]);
    const sum = select.reduce((all, byte) => all + byte, 0) & 255;
    expect(sent(0)).toEqual([Buffer.from([0x68, 11, 11, 0x68, ...select, sum, 0x16]).toString('hex')]);
    expect(sent(10)).toEqual([]);
    expect(line.take(UP, Buffer.from([0xe5])).quarantine).toEqual([]);
    expect(sent(100)).toEqual(['105bfd5816']);
  });
});

describe('a DTU that asks by itself', () => {
  const passive = [{ id: 'p', address: '1', upTopic: UP, intervalS: 60 }];

  test('is not asked', () => {
    line = lineCampus(passive, [ONE]);
    expect(asked(0, 100_000)).toEqual([]);
    expect(line.polls.wakeAt()).toBe(Number.POSITIVE_INFINITY);
  });
  test('one possible read is that read, every time', () => {
    line = lineCampus(passive, [ONE]);
    expect([values(answer(1)), values(answer(1))]).toEqual([[['p', 'pulse_total', 7]], [['p', 'pulse_total', 7]]]);
  });
  test('two possible reads are none, and the sentence says what to do', () => {
    line = lineCampus(passive, [TWO]);
    const { readings, quarantine } = line.take(UP, answer(1));
    expect(readings).toEqual([]);
    expect(quarantine[0]?.detail).toContain('2 of its reads answer with 4 bytes to function 4');
  });
  test('on the topic of no line it is named', () => {
    line = lineCampus([], [ONE]);
    expect(line.take('dtu/9/raw', answer(1).subarray(1)).quarantine[0]?.detail).toContain(
      'no profile knows this topic',
    );
    expect(line.take('dtu/9/raw', withCrc([5, 3, 4, 0x3e, 0xfa, 0x43, 0xef])).quarantine[0]?.detail).toContain(
      'Modbus',
    );
  });
});
