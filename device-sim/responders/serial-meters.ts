/** Meters that speak when spoken to: DL/T 645 (both editions), CJ/T 188 and M-Bus. */
import { addressLow, hexLow, sumOf } from '../encoders/bytes.ts';
import { cjt188Data, cjt188Frame } from '../encoders/cjt188.ts';
import { DLT645_1997, dlt645Data, dlt645Frame, WAKE_UP } from '../encoders/dlt645.ts';
import { mbusAnswer, mbusIdentity, primaryOf } from '../encoders/mbus.ts';
import { addressOf, type TalkerOf } from '../encoders/message.ts';
import { answering } from './answering.ts';

/** From the first start mark, without wake-up bytes; undefined when the check sum or the end mark is wrong. */
function frameIn(request: Buffer, summedFrom = 0): Buffer | undefined {
  const start = request.findIndex((byte) => byte !== 0xfe);
  const frame = request.subarray(Math.max(0, start));
  const sum = frame.at(-2);
  return frame.length >= 5 && frame.at(-1) === 0x16 && sum === sumOf(frame.subarray(summedFrom, -2))
    ? frame
    : undefined;
}

/** Whether an address meets this one; AAH in it meets any digits. */
function meets(asked: Uint8Array, own: Uint8Array): boolean {
  return asked.every((byte, i) => byte === 0xaa || byte === own[i]);
}

const NO_SUCH_DATA = 0x02;

/**
 * Reads (11H of 2007, 01H of 1997) and the read of the address by everybody's address (13H, 2007).
 * Error word 02H: no such data.
 */
export const dlt645Meter: TalkerOf = (device) => {
  const old = device.tags.includes(DLT645_1997);
  const own = addressLow(addressOf(device), 6);
  return answering(device, (request, values) => {
    const frame = frameIn(request);
    if (frame === undefined || frame[0] !== 0x68 || frame[7] !== 0x68 || !meets(frame.subarray(1, 7), own)) return;
    const control = frame[8];
    const data = Buffer.from(frame.subarray(10, -2).map((byte) => (byte - 0x33) & 0xff));
    const reply = (code: number, body: Uint8Array): Buffer =>
      Buffer.concat([WAKE_UP, dlt645Frame(addressOf(device), code, body)]);
    if (!old && control === 0x13) return reply(0x93, own);
    if (control !== (old ? 0x01 : 0x11)) return;
    const identifier = data.subarray(0, old ? 2 : 4);
    const read = dlt645Data(hexLow(identifier.toString('hex')).toString('hex').toUpperCase(), values, old);
    if (read === undefined) return reply(control | 0xc0, Buffer.of(NO_SUCH_DATA));
    return reply(control | 0x80, Buffer.concat([identifier, read]));
  });
};

/** Reads of the metering data (01H, 901FH in either byte order) and of the address (03H, 810AH). */
export const cjt188Meter: TalkerOf = (device, context) => {
  const own = addressLow(addressOf(device), 7);
  return answering(device, (request, values, ts) => {
    const frame = frameIn(request);
    if (frame === undefined || frame[0] !== 0x68 || !meets(frame.subarray(2, 9), own)) return;
    const asked = frame.subarray(11, 14);
    const identifier = asked.subarray(0, 2).toString('hex');
    if (frame[9] === 0x01 && (identifier === '901f' || identifier === '1f90')) {
      const data = Buffer.concat([asked, cjt188Data(values, context.localTime(ts))]);
      return Buffer.concat([WAKE_UP, cjt188Frame(addressOf(device), 0x81, data)]);
    }
    if (frame[9] === 0x03) return Buffer.concat([WAKE_UP, cjt188Frame(addressOf(device), 0x83, asked)]);
    return;
  });
};

const ACKNOWLEDGED = Buffer.of(0xe5);
const SND_NKE = 0x40;
const REQ_UD2 = 0x5b;
const FRAME_COUNT_BIT = 0x20;
const SELECT = 0x52;
/** Addresses of EN 13757-2 and -3: 253 whoever was selected, 254 whoever is there, 255 everybody, without an answer. */
const SELECTED = 253;
const ANYBODY = 254;

/** SND_NKE, REQ_UD2, and selection by number (CI 52H, F in it meets any digit). */
export const mbusSlave: TalkerOf = (device) => {
  const primary = primaryOf(device);
  const identity = mbusIdentity(device);
  let isSelected = false;
  let accesses = 0;
  return answering(device, (request, values) => {
    const isLong = request[0] === 0x68;
    const frame = frameIn(request, isLong ? 4 : 1);
    if (frame === undefined) return;
    const control = (frame[isLong ? 4 : 1] ?? 0) & ~FRAME_COUNT_BIT;
    const address = frame[isLong ? 5 : 2];
    if (isLong) {
      if (address !== SELECTED || frame[6] !== SELECT) return;
      isSelected = isSameIdentity(frame.subarray(7, 15), identity);
      return isSelected ? ACKNOWLEDGED : undefined;
    }
    if (control === SND_NKE && address === SELECTED) isSelected = false;
    const isMeant = address === primary || address === ANYBODY || (address === SELECTED && isSelected);
    if (!isMeant) return;
    if (control === SND_NKE) return ACKNOWLEDGED;
    if (control !== REQ_UD2) return;
    accesses = (accesses + 1) & 0xff;
    return mbusAnswer(device, values, primary, accesses);
  });
};

/** Digit by digit for the number, FFH for any manufacturer, version and medium. */
function isSameIdentity(asked: Uint8Array, own: Buffer): boolean {
  const digits = (bytes: Uint8Array): string[] => [...Buffer.from(bytes.subarray(0, 4)).toString('hex')];
  const mine = digits(own);
  return (
    digits(asked).every((digit, i) => digit === 'f' || digit === mine[i]) &&
    asked.subarray(4, 8).every((byte, i) => byte === 0xff || byte === own[4 + i])
  );
}
