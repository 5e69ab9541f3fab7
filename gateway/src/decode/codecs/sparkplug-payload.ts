/** Bytes of a Sparkplug B payload to its metrics (sparkplug_b.proto of Eclipse Tahu). Templates and data sets are skipped. */
import { readFields, type WireField, wideKey } from './protobuf-reader.ts';
import { type RawValue, readValue, type Scalar } from './sparkplug-value.ts';

export interface SparkplugMetric {
  /** Undefined in messages that rely on the alias. */
  readonly name: string | undefined;
  readonly alias: number | bigint | undefined;
  /** Epoch ms: when it was measured. */
  readonly ts: number | undefined;
  /** Undefined in messages that rely on the birth. */
  readonly datatype: number | undefined;
  /** Engineering unit, where the birth carries such a property. */
  readonly unit: string | undefined;
  /** Sent after the fact: no word about now. */
  readonly historical: boolean;
  /** Null: the device says that it does not know, or the value is of no type that is a measurement. */
  valueAs(datatype: number | undefined): Scalar | null;
}

export interface SparkplugPayload {
  /** Epoch ms: when it was sent. */
  readonly ts: number | undefined;
  readonly seq: number | undefined;
  readonly metrics: readonly SparkplugMetric[];
}

const MAX_METRICS = 5_000;
const MAX_FIELDS = 64;
export const MAX_NAME = 240;

/** @returns undefined when the bytes are no such payload */
export function readSparkplug(bytes: Buffer): SparkplugPayload | undefined {
  const fields = readFields(bytes, MAX_METRICS + MAX_FIELDS);
  if (fields === undefined) return undefined;
  const metrics: SparkplugMetric[] = [];
  let ts: number | undefined;
  let seq: number | undefined;
  for (const field of fields) {
    if (field.number === 1 && field.wire === 0) ts = timeOf(field);
    if (field.number === 3 && field.wire === 0 && field.high === 0) seq = field.low;
    if (field.number !== 2 || field.wire !== 2) continue;
    const metric = readMetric(field.bytes);
    if (metric === undefined) return undefined;
    metrics.push(metric);
  }
  return { ts, seq, metrics };
}

function readMetric(bytes: Buffer): SparkplugMetric | undefined {
  const fields = readFields(bytes, MAX_FIELDS);
  if (fields === undefined) return undefined;
  let name: string | undefined;
  let alias: number | bigint | undefined;
  let ts: number | undefined;
  let datatype: number | undefined;
  let unit: string | undefined;
  let raw: RawValue | undefined;
  let [historical, isNull] = [false, false];
  for (const field of fields) {
    const { number, wire } = field;
    if (wire === 0) {
      if (number === 2) alias = wideKey(field);
      else if (number === 3) ts = timeOf(field);
      else if (number === 4) datatype = field.low;
      else if (number === 5) historical = field.low !== 0;
      else if (number === 7) isNull = field.low !== 0;
    } else if (wire === 2) {
      if (number === 1) name = field.bytes.toString();
      else if (number === 9) unit = readUnit(field.bytes);
    }
    // A oneof: the last one on the wire counts.
    if (number >= 10 && number <= 15) raw = field;
    else if (number >= 16 && number <= 19) raw = undefined;
  }
  const value = isNull ? undefined : raw;
  return {
    ...{ name, alias, ts, datatype, unit, historical },
    valueAs: (type) => (value === undefined ? null : readValue(value, type)),
  };
}

function timeOf(field: WireField): number | undefined {
  const ms = wideKey(field);
  return typeof ms === 'number' && ms > 0 ? ms : undefined;
}

/** The property `engUnit` of a PropertySet: keys and values are two lists of one length. */
function readUnit(bytes: Buffer): string | undefined {
  const fields = readFields(bytes, 4 * MAX_FIELDS) ?? [];
  const keys = fields.filter(({ number, wire }) => number === 1 && wire === 2);
  const at = keys.findIndex((key) => key.bytes.toString().toLowerCase() === 'engunit');
  const value = at < 0 ? undefined : fields.filter(({ number, wire }) => number === 2 && wire === 2)[at];
  const said = value && readFields(value.bytes, MAX_FIELDS)?.find(({ number, wire }) => number === 8 && wire === 2);
  return said && said.bytes.length <= 32 ? said.bytes.toString() : undefined;
}
