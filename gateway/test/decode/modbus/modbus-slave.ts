/** Modbus RTU devices by the paper (Modbus over Serial Line V1.02), written without a look at the decoder. */

/** Registers of one unit, by function and address; what is not there is refused with exception 2. */
export type SlaveRegisters = ReadonlyMap<string, number>;

export function registersOf(entries: Readonly<Record<number, readonly number[]>>, code = 4): SlaveRegisters {
  const map = new Map<string, number>();
  for (const [first, words] of Object.entries(entries))
    for (const [n, word] of words.entries()) map.set(`${code} ${Number(first) + n}`, word);
  return map;
}

/** The two registers of a float32, high word first. */
export function floatWords(value: number): number[] {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setFloat32(0, value);
  return [bytes.getUint16(0), bytes.getUint16(2)];
}

/** Appendix B, 6.2.2: bit by bit; the low byte is sent first. */
export function withCrc(bytes: readonly number[]): Buffer {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let n = 0; n < 8; n += 1) {
      const carry = crc & 1;
      crc >>= 1;
      if (carry === 1) crc ^= 0xa001;
    }
  }
  return Buffer.from([...bytes, crc % 256, Math.floor(crc / 256)]);
}

/** @returns undefined for a request to another unit, or no request */
export function slaveAnswer(request: Buffer, unit: number, registers: SlaveRegisters): Buffer | undefined {
  if (request.length !== 8 || request[0] !== unit || !withCrc([...request.subarray(0, 6)]).equals(request))
    return undefined;
  const code = request[1] ?? 0;
  const first = request.readUInt16BE(2);
  const count = request.readUInt16BE(4);
  const words = Array.from({ length: count }, (_, n) => registers.get(`${code} ${first + n}`));
  if (words.some((word) => word === undefined)) return withCrc([unit, code + 0x80, 2]);
  const data = words.flatMap((word = 0) => [word >> 8, word & 255]);
  return withCrc([unit, code, data.length, ...data]);
}
