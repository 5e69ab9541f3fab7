/** What is known of damage in the databases: which file, which rows, whose readings, from when to when. */

export type DamagedFile = 'readings.db' | 'records.db' | 'databases.json';

/** As a worker finds it. */
export interface DamageNote {
  readonly file: DamagedFile;
  /** Table, or part of the file. */
  readonly table: string;
  /** Number of the series in readings.db; undefined when it cannot be told. */
  readonly series?: number | undefined;
  /** Span of event time that is missing because of it, epoch ms; undefined when it cannot be told, or none is. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Plain English: what does not fit. */
  readonly what: string;
}

export interface Damage extends DamageNote {
  readonly device?: string | undefined;
  readonly metric?: string | undefined;
  /** When it was found, epoch ms. */
  readonly at: number;
}

export type TellDamage = (note: DamageNote) => void;

/** Damages listed by name; what is beyond is counted. */
export const MAX_DAMAGES = 500;

export interface DamageBook {
  /** @returns the damage when it is new */
  add(note: DamageNote, at: number): Damage | undefined;
  /** It has been made good from what stands. */
  mended(note: DamageNote): void;
  list(): readonly Damage[];
  /** Found in all, listed or not, and not mended. */
  count(): number;
}

export const damageKey = ({ file, table, series, from }: DamageNote): string =>
  `${file}\n${table}\n${series ?? ''}\n${from ?? ''}`;

/** @param nameOf device and metric of a series in readings.db */
export function damageBook(nameOf: (series: number) => { device: string; metric: string } | undefined): DamageBook {
  const known = new Map<string, Damage>();
  let unlisted = 0;
  return {
    add(note, at) {
      const key = damageKey(note);
      if (known.has(key)) return undefined;
      const name = note.series === undefined ? undefined : nameOf(note.series);
      const damage: Damage = { ...note, device: name?.device, metric: name?.metric, at };
      if (known.size >= MAX_DAMAGES) unlisted += 1;
      else known.set(key, damage);
      return damage;
    },
    mended: (note) => void known.delete(damageKey(note)),
    list: () => [...known.values()],
    count: () => known.size + unlisted,
  };
}

const instant = (at: number | undefined): string => {
  if (at === undefined) return '?';
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : '…';
};

/** One line: file, table, device and metric, span, what. */
export function damageLine(damage: DamageNote & Partial<Damage>): string {
  const { file, table, series, device, metric, from, to, what } = damage;
  const whose = device === undefined ? (series === undefined ? '' : ` series ${series}`) : ` ${device} ${metric ?? ''}`;
  const span = from === undefined && to === undefined ? '' : ` ${instant(from)} – ${instant(to)}`;
  return `${file} ${table}${whose}${span}: ${what}`;
}
