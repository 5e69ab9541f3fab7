/** A message the gateway sends over MQTT of its own accord: an answer a protocol asks for, a poll, an announcement. */
export interface OutMessage {
  readonly topic: string;
  readonly payload: string | Buffer;
  /** 0 when absent. */
  readonly qos?: 0 | 1;
  readonly retain?: boolean;
}
