/** A PUBLISH on its way to subscribers, in the form aedes and mqtt-packet expect. */
export interface StoredPacket {
  readonly cmd: 'publish';
  readonly brokerId: string;
  /** Rises in the order of delivery: aedes drops what reaches a subscriber with a lower one (moscajs/aedes#994). */
  readonly brokerCounter: number;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly dup: boolean;
  /** Who sent it; aedes spares a bridge its own messages by it. */
  readonly clientId?: string;
  messageId?: number | undefined;
}
