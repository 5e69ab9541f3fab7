/** A retained message of ours, before it is known whether it was published already. */
export interface AnnouncedMessage {
  readonly topic: string;
  readonly payload: string;
}

export interface AnnouncedUnder {
  /** Discovery prefix. */
  readonly prefix: string;
  readonly statePrefix: string;
}

export const ORIGIN = { name: 'houqin' } as const;
export const GATEWAY_IDENTIFIER = 'houqin_gateway';

/** Ids of Home Assistant are letters, digits, `_` and `-`; ours have no `_`, so none meets another. */
export const objectId = (id: string): string => id.replaceAll('-', '_');

export const gatewayStatusTopic = ({ statePrefix }: AnnouncedUnder): string => `${statePrefix}/status`;

export function message(topic: string, payload: unknown): AnnouncedMessage {
  return { topic, payload: typeof payload === 'string' ? payload : JSON.stringify(payload) };
}
