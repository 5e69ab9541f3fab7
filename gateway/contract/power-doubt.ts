/** Power held against voltage and current: whoever takes kilowatts for watts is off by a thousand, and it shows. */
import type { Text } from './enums.ts';

export interface PowerDoubt {
  readonly metric: string;
  /** As recorded, W. */
  readonly power: number;
  /** Voltage times current of the same phases, VA. */
  readonly apparent: number;
  /** The power is far too small; else far too large. */
  readonly isSmall: boolean;
}

const SUFFIXES = ['', '_l1', '_l2', '_l3'];
const PHASES = SUFFIXES.slice(1);
/** Below it a meter's own noise decides. */
const MIN_VA = 20;
/** A thousandth of U × I: at a power factor from 0.1 on, and up to three phases on the current of one. */
const SMALL = { from: 1e-4, to: 3.5e-3 } as const;
const LARGE = { from: 100, to: 3_500 } as const;

/** @param newest value of a metric, in its unit; undefined when there is none of about the same time */
export function powerDoubts(newest: (metric: string) => number | undefined): readonly PowerDoubt[] {
  return SUFFIXES.flatMap((suffix) => {
    const metric = `power_w${suffix}`;
    const power = newest(metric);
    const apparent = apparentOf(newest, suffix);
    if (power === undefined || apparent === undefined || power === 0) return [];
    const ratio = Math.abs(power) / apparent;
    const isSmall = apparent >= MIN_VA && ratio >= SMALL.from && ratio <= SMALL.to;
    const isLarge = Math.abs(power) >= MIN_VA && ratio >= LARGE.from && ratio <= LARGE.to;
    return isSmall || isLarge ? [{ metric, power, apparent, isSmall }] : [];
  });
}

function apparentOf(newest: (metric: string) => number | undefined, suffix: string): number | undefined {
  const whole = newest('voltage_v');
  const ofPhase = (phase: string): number => {
    const volts = newest(`voltage_v${phase}`) ?? (phase === '' ? undefined : whole);
    return Math.abs((volts ?? 0) * (newest(`current_a${phase}`) ?? 0));
  };
  const own = ofPhase(suffix);
  const found = own > 0 || suffix !== '' ? own : PHASES.reduce((sum, phase) => sum + ofPhase(phase), 0);
  return found > 0 ? found : undefined;
}

/** A sentence for people, with both figures. */
export function powerDoubtText({ power, apparent, isSmall }: PowerDoubt): Text {
  const [p, s] = [tidy(power), tidy(apparent)];
  return isSmall
    ? {
        zh: `功率 ${p} W 约为电压 × 电流（${s} VA）的千分之一：报文里的功率像是 kW，核对后把倍率改为 1000`,
        en: `power of ${p} W is about a thousandth of voltage × current (${s} VA): the message seems to say kW; check, and scale it by 1000`,
      }
    : {
        zh: `功率 ${p} W 约为电压 × 电流（${s} VA）的一千倍：核对功率和电流的单位`,
        en: `power of ${p} W is about a thousand times voltage × current (${s} VA): check the units of power and current`,
      };
}

const tidy = (value: number): number => Number(value.toPrecision(4));
