/**
 * What a DL/T 645 meter answers under a data identification (DI): DL/T 645-2007 annex A, DL/T 645-1997 annex A.
 * Only what is measured now; demands, frozen values, events and parameters are not in the table.
 */

export interface Dlt645Item {
  readonly name: string;
  readonly bytes: number;
  readonly decimals: number;
  /** The highest bit is a minus. */
  readonly signed: boolean;
  /** Fewer digits than the bytes hold. */
  readonly max?: number;
}

type Format = Omit<Dlt645Item, 'name'>;

const unsigned = (bytes: number, decimals: number): Format => ({ bytes, decimals, signed: false });
const signed = (bytes: number, decimals: number): Format => ({ bytes, decimals, signed: true });

const PHASES = ['a', 'b', 'c'];
const RATES = [1, 2, 3, 4];
const TOTAL_AND_PHASES = ['', ...PHASES.map((phase) => `_${phase}`)];

const table = new Map<string, readonly Dlt645Item[]>();

/** One DI per item, and one for all of them together. */
function add(items: readonly (readonly [di: string, name: string])[], block: string | undefined, format: Format): void {
  const all = items.map(([di, name]) => ({ di, item: { name, ...format } }));
  for (const { di, item } of all) table.set(di, [item]);
  if (block !== undefined)
    table.set(
      block,
      all.map(({ item }) => item),
    );
}

const rated = (name: string): string[] => [name, ...RATES.map((rate) => `${name}_rate${rate}`)];

/** 2007: DI3 00 energy, DI2 which, DI1 rate (FF: all), DI0 00 now. XXXXXX.XX kWh. */
for (const [code, name, format] of [
  ['00', 'energy_combined', signed(4, 2)],
  ['01', 'energy_forward', unsigned(4, 2)],
  ['02', 'energy_reverse', unsigned(4, 2)],
] as const) {
  const items = rated(name).map((of, rate) => [`00${code}0${rate}00`, of] as const);
  add(items, `00${code}FF00`, format);
}
/** The phases' energies lie 14H apart. */
for (const [n, phase] of PHASES.entries()) {
  const code = (first: number): string => `00${(first + n * 0x14).toString(16).toUpperCase()}0000`;
  add([[code(0x15), `energy_forward_${phase}`]], undefined, unsigned(4, 2));
  add([[code(0x16), `energy_reverse_${phase}`]], undefined, unsigned(4, 2));
}
/** 2007: DI3 02 variables, DI1 phase (FF: all). Volts, amperes, kW, kvar, kVA. */
for (const [code, name, format] of [
  ['01', 'voltage', unsigned(2, 1)],
  ['02', 'current', signed(3, 3)],
] as const) {
  const items = PHASES.map((phase, n) => [`02${code}0${n + 1}00`, `${name}_${phase}`] as const);
  add(items, `02${code}FF00`, format);
}
for (const [code, name, format] of [
  ['03', 'active_power', signed(3, 4)],
  ['04', 'reactive_power', signed(3, 4)],
  ['05', 'apparent_power', unsigned(3, 4)],
  ['06', 'power_factor', signed(2, 3)],
] as const) {
  const items = TOTAL_AND_PHASES.map((of, n) => [`02${code}0${n}00`, `${name}${of}`] as const);
  add(items, `02${code}FF00`, format);
}
add([['02800001', 'neutral_current']], undefined, signed(3, 3));
add([['02800002', 'frequency']], undefined, unsigned(2, 2));

/** 1997: two bytes; the last digit is the rate or the phase, F all of them. No signs. */
for (const [code, name] of [
  ['901', 'energy_forward'],
  ['902', 'energy_reverse'],
] as const) {
  const items = rated(name).map((of, rate) => [`${code}${rate}`, of] as const);
  add(items, `${code}F`, unsigned(4, 2));
}
for (const [code, name, format] of [
  ['B61', 'voltage', { ...unsigned(2, 0), max: 999 }],
  ['B62', 'current', unsigned(2, 2)],
] as const) {
  const items = PHASES.map((phase, n) => [`${code}${n + 1}`, `${name}_${phase}`] as const);
  add(items, `${code}F`, format);
}
for (const [code, name, format] of [
  ['B63', 'active_power', unsigned(3, 4)],
  ['B64', 'reactive_power', unsigned(2, 2)],
  ['B65', 'power_factor', unsigned(2, 3)],
] as const) {
  const items = TOTAL_AND_PHASES.map((of, n) => [`${code}${n}`, `${name}${of}`] as const);
  add(items, `${code}F`, format);
}

/** By DI, highest byte first, as it is written in the standards: eight digits (2007) or four (1997). */
export const DLT645_ITEMS: ReadonlyMap<string, readonly Dlt645Item[]> = table;
