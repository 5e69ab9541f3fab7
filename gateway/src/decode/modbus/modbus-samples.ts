/** What the data of an answer say, once it is known which registers they are. */
import { excerpt } from '../payload.ts';
import type { Fault, Sample } from '../run.ts';
import type { CompiledModbus, ModbusField } from './compile-modbus.ts';
import type { ModbusRead } from './modbus-frame.ts';

export interface ModbusValues {
  readonly samples: readonly Sample[];
  readonly faults: readonly Fault[];
}

/** Only fields that lie wholly inside of the read; what the device does not know is left out. */
export function modbusValues(map: CompiledModbus, read: ModbusRead, data: Buffer, address: string): ModbusValues {
  const samples: Sample[] = [];
  const faults: Fault[] = [];
  for (const field of fieldsIn(map, read)) {
    const raw = rawOf(field, read, data);
    if (raw === undefined || field.unknown.includes(raw)) continue;
    const value = field.convert(raw);
    if (value === undefined) continue;
    if (Number.isFinite(value)) samples.push({ address, metric: field.metric, value, ts: undefined });
    else faults.push({ reason: 'bad-value', detail: `${field.metric}: ${excerpt(hexOf(field, read, data))}`, address });
  }
  return { samples, faults };
}

export function fieldsIn({ fields }: CompiledModbus, read: ModbusRead): readonly ModbusField[] {
  return fields.filter(
    ({ function: code, register, width }) =>
      code === read.function && register >= read.register && register + width <= read.register + read.count,
  );
}

function rawOf(field: ModbusField, read: ModbusRead, data: Buffer): number | undefined {
  if (field.function > 2) return field.read(bytesOf(field, read, data));
  const coil = field.register - read.register;
  return ((data[coil >> 3] ?? 0) >> (coil & 7)) & 1;
}

function bytesOf(field: ModbusField, read: ModbusRead, data: Buffer): Buffer {
  const from = (field.register - read.register) * 2;
  return data.subarray(from, from + field.width * 2);
}

/** The registers as they came: what a paper of the device is compared with. */
function hexOf(field: ModbusField, read: ModbusRead, data: Buffer): string {
  return `register 0x${field.register.toString(16)} is 0x${bytesOf(field, read, data).toString('hex')}`;
}
