/**
 * Sparkplug B payloads as protobuf bytes, from sparkplug_b.proto of Eclipse Tahu: only what a meter sends.
 * Numbers of fields: Payload 1 timestamp, 2 metrics, 3 seq; Metric 1 name, 2 alias, 3 timestamp, 4 datatype, 7 is_null,
 * 10 int_value, 11 long_value, 12 float_value, 13 double_value, 14 boolean_value, 15 string_value.
 */

/** Numbers of chapter 6.4.16 of the specification, with the field that carries the value. */
const TYPES = {
  Int8: [1, 'int'],
  Int16: [2, 'int'],
  Int32: [3, 'int'],
  Int64: [4, 'long'],
  UInt8: [5, 'int'],
  UInt16: [6, 'int'],
  UInt32: [7, 'int'],
  UInt64: [8, 'long'],
  Float: [9, 'float'],
  Double: [10, 'double'],
  Boolean: [11, 'boolean'],
  String: [12, 'string'],
  DateTime: [13, 'long'],
  Text: [14, 'string'],
} as const;

export type SparkplugType = keyof typeof TYPES;

export interface SparkplugMetric {
  readonly name?: string;
  readonly alias?: number;
  readonly timestamp?: number;
  readonly dataType: SparkplugType;
  /** null: known to exist, without a value now. */
  readonly value: number | boolean | string | null;
  /** Births say the type; what comes after by alias need not repeat it. */
  readonly withoutType?: boolean;
}

export interface SparkplugPayload {
  readonly timestamp?: number;
  readonly metrics?: readonly SparkplugMetric[];
  readonly seq?: number;
}

export function sparkplugBytes({ timestamp, metrics = [], seq }: SparkplugPayload): Buffer {
  return Buffer.concat([
    ...(timestamp === undefined ? [] : [varintField(1, timestamp)]),
    ...metrics.map((metric) => bytesField(2, metricBytes(metric))),
    ...(seq === undefined ? [] : [varintField(3, seq)]),
  ]);
}

function metricBytes({ name, alias, timestamp, dataType, value, withoutType }: SparkplugMetric): Buffer {
  return Buffer.concat([
    ...(name === undefined ? [] : [bytesField(1, Buffer.from(name))]),
    ...(alias === undefined ? [] : [varintField(2, alias)]),
    ...(timestamp === undefined ? [] : [varintField(3, timestamp)]),
    ...(withoutType === true ? [] : [varintField(4, TYPES[dataType][0])]),
    value === null ? varintField(7, 1) : valueBytes(TYPES[dataType][1], value),
  ]);
}

function valueBytes(form: (typeof TYPES)[SparkplugType][1], value: number | boolean | string): Buffer {
  switch (form) {
    case 'int':
      // Signed types travel as two's complement of 32 bits in an unsigned field.
      return varintField(10, BigInt.asUintN(32, BigInt(Number(value))));
    case 'long':
      return varintField(11, BigInt.asUintN(64, BigInt(Number(value))));
    case 'float': {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(Number(value));
      return Buffer.concat([tag(12, 5), bytes]);
    }
    case 'double': {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(Number(value));
      return Buffer.concat([tag(13, 1), bytes]);
    }
    case 'boolean':
      return varintField(14, value === true ? 1 : 0);
    case 'string':
      return bytesField(15, Buffer.from(String(value)));
  }
}

function tag(field: number, wireType: 0 | 1 | 2 | 5): Buffer {
  return varint(BigInt(field * 8 + wireType));
}

function varintField(field: number, value: number | bigint): Buffer {
  return Buffer.concat([tag(field, 0), varint(BigInt(value))]);
}

function bytesField(field: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([tag(field, 2), varint(BigInt(bytes.length)), bytes]);
}

/** Seven bits a byte, low ones first, the highest bit where more follow. */
function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
