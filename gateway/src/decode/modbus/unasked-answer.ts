/**
 * Answers that nobody of ours asked for: a DTU that asks by itself. They are used where the register map leaves exactly
 * one request that has such an answer, and otherwise say what to configure.
 */
import type { LinePlan } from '../poll-plan.ts';
import { dataBytes, exceptionName, type ModbusAnswer, type ModbusRead } from './modbus-frame.ts';

export interface OwnedRead {
  /** Index of the device in the plan. */
  readonly device: number;
  readonly read: ModbusRead;
}

/** Per unit, the requests that may be behind an answer of its. */
export type ReadOwners = ReadonlyMap<number, readonly OwnedRead[]>;

export function readOwners({ devices }: LinePlan): ReadOwners {
  const owners = new Map<number, OwnedRead[]>();
  for (const [device, { unit, steps }] of devices.entries()) {
    if (unit === undefined) continue;
    const own = steps.flatMap(({ read }) => (read === undefined ? [] : [{ device, read }]));
    owners.set(unit, [...(owners.get(unit) ?? []), ...own]);
  }
  return owners;
}

/** @param bytes of data; undefined: any number of them. @param code 0: any */
export function isOwned(owners: ReadOwners, unit: number, code: number, bytes: number | undefined): boolean {
  const own = owners.get(unit) ?? [];
  return own.some(
    ({ read }) => (code === 0 || read.function === code) && (bytes === undefined || dataBytes(read) === bytes),
  );
}

export interface UnaskedNote {
  readonly reason: 'bad-payload' | 'unknown-device';
  readonly detail: string;
  readonly address: string;
}

/** @param isIdle no request of ours is open */
export function unasked(owners: ReadOwners, answer: ModbusAnswer, isIdle: boolean): OwnedRead | UnaskedNote {
  const { unit, function: code, data } = answer;
  const address = String(unit);
  const own = owners.get(unit);
  const note = (detail: string): UnaskedNote => ({ reason: 'bad-payload', detail, address });
  if (own === undefined) {
    const detail = `unit ${unit} answers on this line, and no device has that address here`;
    return { reason: 'unknown-device', detail, address };
  }
  if (data === undefined)
    return note(`unit ${unit} refuses function ${code}: ${exceptionName(answer.exception)} (${answer.exception})`);
  if (!isIdle) return note(`unit ${unit} answers while another request is open: does the DTU ask by itself too?`);
  const fitting = own.filter(({ read }) => read.function === code && dataBytes(read) === data.length);
  const [only, other] = fitting;
  if (only !== undefined && other === undefined) return only;
  const many = fitting.length === 0 ? 'none of its' : `${fitting.length} of its`;
  return note(
    `no request of ours is open, and ${many} reads answer with ${data.length} bytes to function ${code}: ` +
      'let the gateway ask (downTopic), or give the device a profile with just the register that the DTU asks for',
  );
}
