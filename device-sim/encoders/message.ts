/** What leaves a device, and what every encoder knows to make. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Values } from '../signals/device-values.ts';

export interface Message {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

export interface EncodeContext {
  readonly site: string;
  /** Local wall clock `YYYY-MM-DDTHH:MM:SS` of an instant, for ecosystems that send it without an offset. */
  readonly localTime: (at: number) => string;
}

/** Messages of one reading of a device; `ts` is the device's own clock, epoch ms. One instant may take several messages. */
export type Encoder = (device: DeviceConfig, values: Values, ts: number, context: EncodeContext) => Message[];

/** A device of an ecosystem in which the connection matters: it is born, leaves a will, or answers what it is asked. */
export interface Talker {
  /** Name of the connection that several devices share, such as that of an edge node; without it the device has its own. */
  readonly connection?: string;
  /** Asked for before every connection. */
  readonly will?: () => Message;
  /** Topics it listens to. */
  readonly listens?: readonly string[];
  /** What it says first on a new connection. */
  born?(ts: number): Message[];
  says(values: Values, ts: number): Message[];
  /** Says nothing unless it is asked. */
  readonly onlyAnswers?: boolean;
  /** Answers to a message on a topic it listens to. */
  hears?(payload: Buffer, values: Values, ts: number): Message[];
}

export type TalkerOf = (device: DeviceConfig, context: EncodeContext) => Talker;

export function message(topic: string, payload: unknown, retain = false): Message {
  return { topic, payload: typeof payload === 'string' ? payload : JSON.stringify(payload), qos: 1, retain };
}

/** The name a device has in its own ecosystem. */
export function addressOf(device: DeviceConfig): string {
  return device.address ?? device.id;
}
