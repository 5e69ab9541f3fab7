/** The one thing we say to a Sparkplug node: tell us everything anew. */
import type { OutMessage } from '../../shared/out-message.ts';

const NAME = Buffer.from('Node Control/Rebirth');
const BOOLEAN = 11;

/** @param at epoch ms */
export function rebirthCommand(topic: string, at: number): OutMessage {
  const stamp = varint(at);
  const metric = Buffer.concat([
    Buffer.from([0x0a, NAME.length]),
    NAME,
    Buffer.from([0x18]),
    stamp,
    Buffer.from([0x20, BOOLEAN, 0x70, 1]),
  ]);
  const payload = Buffer.concat([Buffer.from([0x08]), stamp, Buffer.from([0x12, metric.length]), metric]);
  return { topic, payload, qos: 0 };
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}
