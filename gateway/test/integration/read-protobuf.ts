/**
 * Reads a Sparkplug payload back into the JSON of the specification's examples. Written from sparkplug_b.proto and from
 * the wire format of protobuf, and from nothing in the gateway or the simulator: it is there to contradict them.
 */

const TYPE_NAMES = [
  ...['Unknown', 'Int8', 'Int16', 'Int32', 'Int64', 'UInt8', 'UInt16', 'UInt32', 'UInt64'],
  ...['Float', 'Double', 'Boolean', 'String', 'DateTime', 'Text'],
];

export interface JsonMetric {
  readonly name?: string;
  readonly alias?: number;
  readonly timestamp?: number;
  readonly dataType?: string;
  readonly value?: number | boolean | string;
}

export interface JsonPayload {
  readonly timestamp?: number;
  readonly metrics?: readonly JsonMetric[];
  readonly seq?: number;
}

type Field = readonly [number: number, value: bigint | Buffer];

export function readProtobuf(bytes: Buffer): JsonPayload {
  const fields = fieldsOf(bytes);
  const metrics = fields.filter(([number]) => number === 2).map(([, value]) => metricOf(fieldsOf(value as Buffer)));
  return {
    ...numberAt(fields, 1, 'timestamp'),
    ...(metrics.length === 0 ? {} : { metrics }),
    ...numberAt(fields, 3, 'seq'),
  };
}

function metricOf(fields: readonly Field[]): JsonMetric {
  const at = (number: number) => fields.find(([found]) => found === number)?.[1];
  const name = at(1);
  const type = at(4);
  const value = typedValue(fields, type === undefined ? '' : (TYPE_NAMES[Number(type)] ?? ''));
  return {
    ...(name === undefined ? {} : { name: name.toString() }),
    ...numberAt(fields, 2, 'alias'),
    ...numberAt(fields, 3, 'timestamp'),
    ...(type === undefined ? {} : { dataType: TYPE_NAMES[Number(type)] ?? `type ${type}` }),
    ...(value === undefined ? {} : { value }),
  };
}

function typedValue(fields: readonly Field[], type: string): number | boolean | string | undefined {
  for (const [number, value] of fields) {
    if (number === 10) return type.startsWith('I') ? Number(BigInt.asIntN(32, value as bigint)) : Number(value);
    if (number === 11) return type === 'Int64' ? Number(BigInt.asIntN(64, value as bigint)) : Number(value);
    if (number === 12) return Number((value as Buffer).readFloatLE().toPrecision(7));
    if (number === 13) return (value as Buffer).readDoubleLE();
    if (number === 14) return value === 1n;
    if (number === 15) return (value as Buffer).toString();
  }
  return undefined;
}

function numberAt(fields: readonly Field[], number: number, name: string): Record<string, number> {
  const found = fields.find(([one]) => one === number);
  return found === undefined ? {} : { [name]: Number(found[1]) };
}

/** @throws Error when the bytes are no protobuf message */
function fieldsOf(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error('cut short');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wireType = tag & 7;
    if (wireType === 0) fields.push([tag >> 3, varint()]);
    else if (wireType === 1) fields.push([tag >> 3, take(8)]);
    else if (wireType === 2) fields.push([tag >> 3, take(Number(varint()))]);
    else if (wireType === 5) fields.push([tag >> 3, take(4)]);
    else throw new Error(`wire type ${wireType}`);
  }
  return fields;
}
