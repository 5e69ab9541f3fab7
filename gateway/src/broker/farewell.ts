/** Last words to a client: CONNACK to one that is refused, DISCONNECT to an accepted one that speaks MQTT 5. */
import { generate } from 'mqtt-packet';

/** Code of CONNACK: MQTT 3.1.1 table 3.1, and what MQTT 5 has for it (3.2.2.2). */
export interface RefusalCodes {
  readonly v3: 1 | 2 | 3 | 4 | 5;
  readonly v5: number;
}

export const REFUSED = {
  protocolVersion: { v3: 1, v5: 0x84 },
  clientId: { v3: 2, v5: 0x85 },
  credentials: { v3: 4, v5: 0x86 },
  notAuthorized: { v3: 5, v5: 0x87 },
  full: { v3: 3, v5: 0x97 },
  topicName: { v3: 5, v5: 0x90 },
} as const satisfies Record<string, RefusalCodes>;

/** Reason codes of DISCONNECT (MQTT 5, 3.14.2.1). */
export const BYE = {
  busy: 0x89,
  keepAlive: 0x8d,
  overWindow: 0x93,
  tooLarge: 0x95,
  quota: 0x97,
  administrative: 0x98,
} as const;

/** @param reason told to MQTT 5 clients only, the others have no place for it */
export function connackRefusal(version: number, codes: RefusalCodes, reason: string): Buffer {
  if (version !== 5) return Buffer.from([0x20, 2, 0, codes.v3]);
  return generate(
    { cmd: 'connack', sessionPresent: false, reasonCode: codes.v5, properties: { reasonString: reason } },
    { protocolVersion: 5 },
  );
}

/** @returns undefined for a client whose MQTT has no DISCONNECT from the server */
export function disconnectPacket(version: number, reasonCode: number, reason: string): Buffer | undefined {
  if (version !== 5) return undefined;
  return generate({ cmd: 'disconnect', reasonCode, properties: { reasonString: reason } }, { protocolVersion: 5 });
}
