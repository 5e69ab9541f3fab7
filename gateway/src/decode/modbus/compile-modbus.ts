/** The register map of a profile: which requests it takes, and what their answers mean. */
import type { ModbusMap, ModbusRegister } from '#contract/config/profile.ts';
import type { Compiler } from '../compiler.ts';
import { type Convert, compileConversion } from '../conversion.ts';
import type { ModbusRead, ReadFunction } from './modbus-frame.ts';
import { REGISTERS_OF, type ReadRegisters, registerReader } from './register-value.ts';

export interface ModbusField {
  readonly metric: string;
  readonly function: ReadFunction;
  readonly register: number;
  /** Registers, or coils. */
  readonly width: number;
  readonly read: ReadRegisters;
  readonly convert: Convert;
  readonly unknown: readonly number[];
}

export interface CompiledModbus {
  /** In the order of the registers. */
  readonly fields: readonly ModbusField[];
  /** The requests that ask for all of them. */
  readonly reads: readonly ModbusRead[];
}

const REGISTER_SPACE = 0x1_0000;
/** Coils a request may ask for per register it may ask for: 2,000 to 125. */
const COILS_PER_REGISTER = 16;

export function compileModbus(spec: ModbusMap, compiler: Compiler): CompiledModbus {
  const metrics = spec.registers.map(({ metric }) => metric);
  const fields = spec.registers.map((register, n) => {
    const at = compiler.at('registers', n);
    if (metrics.indexOf(register.metric) < n)
      at.at('metric').problem(`${register.metric} 出现了两次`, `${register.metric} appears twice`);
    return compileField(register, spec, at);
  });
  const ordered = fields.toSorted((a, b) => a.function - b.function || a.register - b.register);
  return { fields: ordered, reads: readsOf(ordered, spec) };
}

function compileField(spec: ModbusRegister, map: ModbusMap, compiler: Compiler): ModbusField {
  const code = spec.function ?? map.function;
  const isCoil = code <= 2;
  const type = spec.type ?? (isCoil ? 'bit' : spec.bit === undefined ? map.type : 'bit');
  if (isCoil && type !== 'bit')
    compiler.at('type').problem('功能码 1、2 读的是开关量，类型只能是 bit', 'functions 1 and 2 read bits');
  if (!isCoil && type === 'bit' && spec.bit === undefined)
    compiler.problem('类型 bit 要写明第几位：bit: 0 到 15', 'type bit needs the bit: 0 to 15');
  const width = isCoil ? 1 : REGISTERS_OF[type];
  if (spec.register + width > REGISTER_SPACE)
    compiler.at('register').problem('超出了最后一个寄存器 0xFFFF', 'reaches beyond the last register 0xFFFF');
  if (width > map.maxRegisters)
    compiler.at('type').problem('一个值比 maxRegisters 还宽', 'the value is wider than maxRegisters');
  return {
    metric: spec.metric,
    function: code,
    register: spec.register,
    width,
    read: registerReader(type, spec.order ?? map.order, isCoil ? 0 : spec.bit),
    convert: compileConversion(spec),
    unknown: spec.unknown ?? [],
  };
}

/** Neighbours go into one request, as far as the device lets them. */
function readsOf(fields: readonly ModbusField[], { maxGap, maxRegisters }: ModbusMap): ModbusRead[] {
  const reads: ModbusRead[] = [];
  for (const { function: code, register, width } of fields) {
    const last = reads.at(-1);
    const end = last === undefined ? 0 : last.register + last.count;
    const most = code <= 2 ? maxRegisters * COILS_PER_REGISTER : maxRegisters;
    const joins = last?.function === code && register - end <= maxGap && register + width - last.register <= most;
    if (last !== undefined && joins) {
      const count = Math.max(end, register + width) - last.register;
      reads[reads.length - 1] = { ...last, count };
    } else reads.push({ function: code, register, count: width });
  }
  return reads;
}
