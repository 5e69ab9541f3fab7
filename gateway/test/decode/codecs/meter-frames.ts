/** Frames of serial meters, written from the papers and not with the decoder's own code. */

const hex = (text: string): number[] => [...Buffer.from(text.replaceAll(' ', ''), 'hex')];
/** Digits as printed to bytes as sent: lowest pair first. */
export const lowFirst = (digits: string): number[] => hex(digits).reverse();

function closed(body: number[], sumFrom = 0): Buffer {
  let sum = 0;
  for (let n = sumFrom; n < body.length; n += 1) sum = (sum + (body[n] ?? 0)) % 256;
  return Buffer.from([...body, sum, 0x16]);
}

/** 68, address, 68, control, length, data + 33H. Without a preamble. */
export function dlt645Frame(address: string, control: number, data: readonly number[]): Buffer {
  return closed([0x68, ...lowFirst(address), 0x68, control, data.length, ...data.map((byte) => (byte + 0x33) % 256)]);
}

/** An answer of the 2007 edition: identification and values as printed. */
export function dlt645Answer(address: string, di: string, ...values: readonly string[]): Buffer {
  return dlt645Frame(address, 0x91, [...lowFirst(di), ...values.flatMap(lowFirst)]);
}

/** 68, kind, address, control, length, data. Without a preamble. */
export function cjt188Frame(address: string, control: number, data: readonly number[], kind = 0x10): Buffer {
  return closed([0x68, kind, ...lowFirst(address), control, data.length, ...data]);
}

/** The reading of a water meter: register in hundredths of m³, both status bytes. */
export function cjt188Answer(address: string, register: string, status: readonly [number, number] = [0, 0]): Buffer {
  const day = [...lowFirst('00000000'), 0x2c];
  const clock = [0, 0, 0, 0, 0, 0, 0];
  return cjt188Frame(address, 0x81, [0x90, 0x1f, 0, ...lowFirst(register), 0x2c, ...day, ...clock, ...status]);
}

/** 68, length twice, 68, then what the sum covers. */
export function mbusFrame(body: readonly number[]): Buffer {
  return closed([0x68, body.length, body.length, 0x68, ...body], 4);
}

/** An answer with the long header; records as hex. */
export function mbusAnswer(number: string, medium: number, records: string): Buffer {
  return mbusFrame([
    0x08,
    0x01,
    0x72,
    ...lowFirst(number),
    0x77,
    0x04,
    0x0e,
    medium,
    0x2a,
    0x00,
    0x00,
    0x00,
    ...hex(records),
  ]);
}

/** A 32-bit number as a record carries it. */
export function int32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes.toString('hex');
}
