/** A writer of Sparkplug B payloads that shares nothing with our reader: field by field from sparkplug_b.proto. */

export interface MetricToWrite {
  readonly name?: string;
  readonly alias?: number | bigint;
  readonly timestamp?: number;
  readonly datatype?: number;
  readonly isHistorical?: boolean;
  readonly isNull?: boolean;
  readonly engUnit?: string;
  /** The field of the `oneof`, and what goes into it. Integers as they are: two's complement is made here. */
  readonly int?: number;
  readonly long?: number | bigint;
  readonly float?: number;
  readonly double?: number;
  readonly boolean?: boolean;
  readonly string?: string;
  /** Bytes put in as they are: fields nobody knows. */
  readonly extra?: Buffer;
}

export interface PayloadToWrite {
  readonly timestamp?: number;
  readonly seq?: number;
  readonly metrics?: readonly MetricToWrite[];
  readonly extra?: Buffer;
}

export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low + 128 : low);
  } while (rest > 0n);
  return Buffer.from(bytes);
}

export const tag = (field: number, wire: number): Buffer => varint(field * 8 + wire);
export const delimited = (field: number, bytes: Buffer): Buffer =>
  Buffer.concat([tag(field, 2), varint(bytes.length), bytes]);

function fixed(field: number, value: number, size: 4 | 8): Buffer {
  const bytes = Buffer.alloc(size);
  if (size === 4) bytes.writeFloatLE(value);
  else bytes.writeDoubleLE(value);
  return Buffer.concat([tag(field, size === 4 ? 5 : 1), bytes]);
}

const int = (field: number, value: number | bigint): Buffer => Buffer.concat([tag(field, 0), varint(value)]);
const text = (field: number, value: string): Buffer => delimited(field, Buffer.from(value));
const NONE = Buffer.alloc(0);

function given<T>(value: T | undefined, write: (value: T) => Buffer): Buffer {
  return value === undefined ? NONE : write(value);
}

export function writeMetric(metric: MetricToWrite): Buffer {
  const unit = (said: string): Buffer =>
    delimited(
      9,
      Buffer.concat([
        text(1, 'readOnly'),
        text(1, 'engUnit'),
        delimited(2, Buffer.concat([int(1, 11), int(7, 1)])),
        delimited(2, Buffer.concat([int(1, 12), text(8, said)])),
      ]),
    );
  return Buffer.concat([
    given(metric.name, (value) => text(1, value)),
    given(metric.alias, (value) => int(2, value)),
    given(metric.timestamp, (value) => int(3, value)),
    given(metric.datatype, (value) => int(4, value)),
    given(metric.isHistorical, (value) => int(5, value ? 1 : 0)),
    given(metric.isNull, (value) => int(7, value ? 1 : 0)),
    given(metric.engUnit, unit),
    given(metric.extra, (bytes) => bytes),
    given(metric.int, (value) => int(10, BigInt.asUintN(32, BigInt(value)))),
    given(metric.long, (value) => int(11, value)),
    given(metric.float, (value) => fixed(12, value, 4)),
    given(metric.double, (value) => fixed(13, value, 8)),
    given(metric.boolean, (value) => int(14, value ? 1 : 0)),
    given(metric.string, (value) => text(15, value)),
  ]);
}

export function writePayload({ timestamp, seq, metrics = [], extra }: PayloadToWrite): Buffer {
  return Buffer.concat([
    given(timestamp, (value) => int(1, value)),
    ...metrics.map((metric) => delimited(2, writeMetric(metric))),
    given(seq, (value) => int(3, value)),
    given(extra, (bytes) => bytes),
  ]);
}
