/** The fixed header of an MQTT control packet (MQTT 3.1.1, 2.2): type, QoS, and how long the packet is. */
export const CONNECT = 1;
export const PUBLISH = 3;
const SUBSCRIBE = 8;
const UNSUBSCRIBE = 10;
const PINGREQ = 12;

export interface FixedHeader {
  readonly type: number;
  /** Of a PUBLISH. */
  readonly qos: number;
  /** The lower half of the first byte. */
  readonly flags: number;
  /** Bytes of the header itself, 2 to 5. */
  readonly headerBytes: number;
  readonly bodyBytes: number;
}

/** @returns `incomplete` when the chunk ends within the header, `malformed` when the length has a fifth byte. */
export function fixedHeader(chunk: Buffer, at: number): FixedHeader | 'incomplete' | 'malformed' {
  let bodyBytes = 0;
  for (let i = 0; i < 4; i += 1) {
    const byte = chunk[at + 1 + i];
    if (byte === undefined) return 'incomplete';
    bodyBytes += (byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      const first = chunk[at] ?? 0;
      return { type: first >> 4, qos: (first >> 1) & 3, flags: first & 0x0f, headerBytes: i + 2, bodyBytes };
    }
  }
  return 'malformed';
}

/** Packets that ask for work; acknowledgements only answer what we sent, and have a limit of their own. */
export function isRequest(type: number): boolean {
  return type === PUBLISH || type === SUBSCRIBE || type === UNSUBSCRIBE || type === PINGREQ;
}
