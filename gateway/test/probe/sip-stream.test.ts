/** Bytes of a connection: the same messages however they are cut, and no throw for any bytes. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readHttpAnswer } from '../../src/probe/http-answer.ts';
import { readSip } from '../../src/probe/sip-message.ts';
import { createSipStream, type SipPiece } from '../../src/probe/sip-stream.ts';
import { catalogOf, item, keepalive, sip } from './sip-device.ts';

const MAX = 65_536;

function piecesOf(whole: Buffer, cuts: readonly number[]): SipPiece[] {
  const stream = createSipStream(() => MAX);
  const at = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
  const found: SipPiece[] = [];
  for (const [n, end] of at.slice(1).entries()) {
    stream.push(whole.subarray(at[n], end));
    for (let piece = stream.next(); piece !== undefined; piece = stream.next()) found.push(piece);
  }
  return found;
}

it('messages are the same however they are cut, those that count characters too', () => {
  const chinese = catalogOf(item('34020000001320000001', '教学楼一层走廊摄像头'));
  const some = [
    sip('REGISTER'),
    sip('MESSAGE', { body: keepalive() }),
    sip('MESSAGE', { body: chinese, length: chinese.length }),
    sip('MESSAGE', { body: chinese }),
    Buffer.from('SIP/2.0 200 OK\r\nTo: <sip:1@2>\r\nContent-Length: 0\r\n\r\n'),
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...some), { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat(9_000), { maxLength: 12 }),
      (messages, cuts) => {
        const found = piecesOf(Buffer.concat(messages), cuts);
        expect(found.map(({ kind }) => kind)).toEqual(messages.map(() => 'message'));
        for (const { bytes } of found) expect(readSip(bytes)).toBeDefined();
      },
    ),
  );
});

it('what stands between two messages costs neither', () => {
  const noise = Buffer.from('\r\n\r\nwhat is this\r\n');
  const found = piecesOf(Buffer.concat([sip('REGISTER'), noise, sip('REGISTER')]), []);
  expect(found.map(({ kind }) => kind)).toEqual(['message', 'noise', 'message']);
});

it('any bytes are taken without a throw, and no more than so many are held', () => {
  const words = [
    'REGISTER sip:1@2 SIP/2.0\r\n',
    '\r\n\r\n',
    'Content-Length: 9\r\n',
    'l: 99999999\r\n',
    '<a>',
    '</a>',
    'x',
    '\0',
  ];
  const almost = fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((parts) => Buffer.from(parts.join('')));
  const bytes = fc.oneof(
    almost,
    fc.uint8Array({ maxLength: 600 }).map((some) => Buffer.from(some)),
  );
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 8 }), (all) => {
      const stream = createSipStream(() => 64);
      for (const some of all) {
        stream.push(some);
        for (let n = 0; n < 2_000 && stream.next() !== undefined; n += 1);
        expect(stream.next()).toBeUndefined();
      }
      stream.flush();
    }),
  );
  expect(piecesOf(Buffer.concat([sip('REGISTER', { length: MAX + 1 }), Buffer.alloc(10)]), [])[0]?.kind).toBe(
    'too-large',
  );
  expect(
    piecesOf(Buffer.concat([Buffer.from('REGISTER sip:1@2 SIP/2.0\r\n'), Buffer.alloc(9_000, 'x')]), [])[0]?.kind,
  ).toBe('too-large');
});

it('any bytes are an HTTP answer, none, or not yet one', () => {
  const whole = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n');
  fc.assert(
    fc.property(fc.nat(whole.length), fc.uint8Array({ maxLength: 40 }), (at, some) => {
      const answer = readHttpAnswer(Buffer.concat([whole.subarray(0, at), some, whole.subarray(at)]));
      if (typeof answer === 'object') expect(answer.status).toBeGreaterThanOrEqual(200);
    }),
  );
  expect(readHttpAnswer(whole)).toMatchObject({ status: 200, isWhole: true, body: Buffer.from('hello') });
});
