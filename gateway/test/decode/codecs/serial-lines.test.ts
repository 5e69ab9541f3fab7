import { describe, expect, test } from 'vitest';
import { createSerialLines, type FrameShape } from '../../../src/decode/codecs/serial-lines.ts';

/** 68, length of the rest, …, sum, 16: at most 256 bytes. */
const shape: FrameShape = {
  sumFrom: 0,
  preamble: 0xfe,
  lengthAt: (bytes, at) => {
    const length = bytes[at + 1];
    if (length === undefined) return undefined;
    return length < 4 ? 0 : length;
  },
};

function framed(...data: number[]): Buffer {
  const body = [0x68, data.length + 4, ...data];
  const sum = body.reduce((before, byte) => (before + byte) & 0xff, 0);
  return Buffer.from([...body, sum, 0x16]);
}

const AT = 1_772_409_600_000;
const bytes = (...parts: (Buffer | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part)));
const A = framed(1, 2, 3);
const B = framed(9, 8, 7, 6);

function line(): (
  payload: Buffer,
  at?: number,
  topic?: string,
) => { frames: string[]; waiting: boolean; broken: boolean } {
  const read = createSerialLines(shape);
  return (payload, at = AT, topic = 'dtu/a/up') => {
    const { frames, waiting, broken } = read({ topic, payload, at });
    return { frames: frames.map((frame) => frame.toString('hex')), waiting, broken };
  };
}
const HEX_A = A.toString('hex');
const HEX_B = B.toString('hex');
const quiet = { waiting: false, broken: false };

describe('frames of a line', () => {
  test('stuck together', () => {
    expect(line()(bytes(A, B, A))).toEqual({ frames: [HEX_A, HEX_B, HEX_A], ...quiet });
  });

  test('byte by byte', () => {
    const read = line();
    const seen = [...bytes([0xfe, 0xfe], A, B)].map((byte, n) => read(Buffer.from([byte]), AT + n * 10));
    expect(seen.flatMap(({ frames }) => frames)).toEqual([HEX_A, HEX_B]);
    expect(seen.filter(({ broken }) => broken)).toEqual([]);
  });

  test('the end of one and the beginning of the next in one message', () => {
    const read = line();
    expect(read(A.subarray(0, 3))).toEqual({ frames: [], waiting: true, broken: false });
    expect(read(bytes(A.subarray(3), B.subarray(0, 5)))).toEqual({ frames: [HEX_A], waiting: true, broken: false });
    expect(read(B.subarray(5))).toEqual({ frames: [HEX_B], ...quiet });
  });

  test('behind a false start that claims more than there is', () => {
    const read = line();
    expect(read(bytes([0x68, 0xff, 0x00], A))).toEqual({ frames: [HEX_A], ...quiet });
    expect(read(B)).toEqual({ frames: [HEX_B], ...quiet });
  });

  test('behind a false start that ends inside of them', () => {
    expect(line()(bytes([0x68, 0x05], A))).toEqual({ frames: [HEX_A], waiting: false, broken: true });
  });

  test('cut in two behind a false start', () => {
    const read = line();
    read(bytes([0x68, 0xff], A.subarray(0, 4)));
    expect(read(A.subarray(4)).frames).toEqual([HEX_A]);
  });

  test('damaged: told, and the next one is not lost', () => {
    const damaged = Buffer.from(A);
    damaged[3] = 0x55;
    const read = line();
    expect(read(damaged)).toEqual({ frames: [], waiting: false, broken: true });
    expect(read(bytes(damaged, B)).frames).toEqual([HEX_B]);
  });

  test('a whole frame of wrong sum inside of one that is on its way is not told', () => {
    const outer = framed(0x68, 5, 0, 0, 0, 1, 1, 1);
    expect(line()(outer.subarray(0, 9))).toEqual({ frames: [], waiting: true, broken: false });
  });
});

describe('what is remembered', () => {
  test('a fragment lasts two seconds', () => {
    const read = line();
    read(A.subarray(0, 3), AT);
    expect(read(A.subarray(3), AT + 2_000).frames).toEqual([HEX_A]);
    read(A.subarray(0, 3), AT);
    expect(read(A.subarray(3), AT + 2_001)).toEqual({ frames: [], ...quiet });
  });

  test('two seconds since its last piece, not since its first', () => {
    const read = line();
    read(A.subarray(0, 2), AT);
    read(A.subarray(2, 4), AT + 1_900);
    expect(read(A.subarray(4), AT + 3_800).frames).toEqual([HEX_A]);
  });

  test('a clock that was set back does not keep it alive', () => {
    const read = line();
    read(A.subarray(0, 3), AT);
    expect(read(A.subarray(3), AT - 60_000).frames).toEqual([]);
  });

  test('each topic has its own line', () => {
    const read = line();
    read(A.subarray(0, 3), AT, 'dtu/a/up');
    read(B.subarray(0, 3), AT, 'dtu/b/up');
    expect(read(B.subarray(3), AT, 'dtu/b/up').frames).toEqual([HEX_B]);
    expect(read(A.subarray(3), AT, 'dtu/a/up').frames).toEqual([HEX_A]);
  });

  test('of a flood of topics the oldest are forgotten', () => {
    const read = line();
    for (let n = 0; n <= 4_096; n += 1) read(A.subarray(0, 3), AT, `dtu/${n}/up`);
    expect(read(A.subarray(3), AT, 'dtu/0/up').frames).toEqual([]);
    expect(read(A.subarray(3), AT, 'dtu/1/up').frames).toEqual([HEX_A]);
    expect(read(A.subarray(3), AT, 'dtu/4096/up').frames).toEqual([HEX_A]);
  });

  test('never more than one frame can hold: after so many other bytes nothing is waited for', () => {
    const read = line();
    read(Buffer.alloc(60_000, 0x68));
    expect(read(Buffer.alloc(256, 0x00)).waiting).toBe(false);
  });

  test('the payload itself is not kept', () => {
    const read = line();
    const payload = Buffer.from(A.subarray(0, 3));
    read(payload);
    payload.fill(0);
    expect(read(A.subarray(3)).frames).toEqual([HEX_A]);
  });
});

describe('bytes of others', () => {
  test.each([
    ['noise', [0, 1, 2, 0x16, 0xff], quiet],
    ['nothing', [], quiet],
    ['a preamble alone', [0xfe, 0xfe, 0xfe, 0xfe], { waiting: true, broken: false }],
  ])('%s', (_name, payload, expected) => {
    expect(line()(Buffer.from(payload))).toEqual({ frames: [], ...expected });
  });
});

test('work grows with the bytes, whatever they are', () => {
  for (const fill of [[0x68], [0x68, 0xff], [0x68, 0x04], [0x68, 0x68, 0x16]]) {
    const payload = Buffer.alloc(64 * 1_024, Buffer.from(fill));
    let looks = 0;
    const counting: FrameShape = {
      ...shape,
      lengthAt: (given, at) => {
        looks += 1;
        return shape.lengthAt(given, at);
      },
    };
    const read = createSerialLines(counting);
    read({ topic: 't', payload, at: AT });
    expect(looks).toBeLessThanOrEqual(payload.length);
    looks = 0;
    for (let n = 0; n < 1_000; n += 1) read({ topic: 't', payload: payload.subarray(n, n + 1), at: AT });
    expect(looks).toBeLessThanOrEqual(1_000 * 256);
  }
});
