/** Damage in the stored history: looked for in the background, said in the log and on /readyz, mended where it can be. */
import type { CampusInForce } from './campus-in-force.ts';
import { hourPhases } from './campus-in-force.ts';
import type { Closers } from './shared/closers.ts';
import type { Log } from './shared/log.ts';
import type { StorageWatch } from './storage-watch.ts';
import { fileCheck } from './store/check-files.ts';
import { type Damage, damageLine } from './store/damage.ts';
import { gridPhase } from './store/grid.ts';
import type { ReadingStore } from './store/reading-store.ts';
import type { RecordsDb } from './store/records-db.ts';

export interface GuardSetup {
  readonly store: Pick<ReadingStore, 'damage' | 'onDamage' | 'found' | 'mend'>;
  readonly records: Pick<RecordsDb, 'damage'>;
  readonly dataDir: string;
  campus(): CampusInForce;
  readonly log: Log;
  readonly closers: Closers;
  /** Called whenever what is damaged changes, with all of it; an empty list once all is mended. */
  onDamage?(damage: DamageState): void;
}

export type DamageState = ReturnType<ReadingStore['damage']>;

export interface HistoryGuard {
  /** One sentence for /readyz; undefined while nothing is known to be damaged. */
  detail(): string | undefined;
}

/** The round at the start takes a fifth of one core, those after it a fiftieth. */
const FIRST_REST = 4;
const LATER_REST = 49;
const BETWEEN_ROUNDS_MS = 6 * 3_600_000;

export function guardHistory(setup: GuardSetup): HistoryGuard {
  const { store, dataDir, campus, log, closers } = setup;
  const phase = gridPhase(hourPhases(campus().calendar));
  const check = fileCheck({ dir: dataDir, phase, tell: store.found, rest: LATER_REST });
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const changed = (): void => setup.onDamage?.(store.damage());
  const mend = async (damage: Damage): Promise<void> => {
    const outcome = await store.mend(damage).catch(() => 'lost' as const);
    if (outcome === 'lost') return;
    const how = outcome === 'mended' ? 'built anew from what stands' : 'built anew, but for what is lost for good';
    log.info({ damage }, `${damageLine(damage)}: ${how}`);
    changed();
  };
  const found = (damage: Damage): void => {
    log.error({ damage }, `damaged: ${damageLine(damage)}`);
    changed();
    void mend(damage);
  };
  const round = async (rest: number): Promise<void> => {
    try {
      await check.round(rest);
    } catch (error) {
      if (!stopped) log.warn({ err: error }, 'the databases could not be looked through; tried again later');
    }
    if (stopped) return;
    timer = setTimeout(() => void round(LATER_REST), BETWEEN_ROUNDS_MS);
    timer.unref();
  };
  for (const damage of store.damage().listed) found(damage);
  const stop = store.onDamage(found);
  if (setup.records.damage !== undefined) store.found(setup.records.damage);
  void round(FIRST_REST);
  closers.push({
    name: 'history check',
    async close() {
      stopped = true;
      clearTimeout(timer);
      stop();
      await check.stop();
    },
  });
  return { detail: () => sentence(store.damage()) };
}

/** Tells the watch over the disk, file by file, so that every screen shows it. */
export function damageTeller(storage: Pick<StorageWatch, 'reportDamage'>): (damage: DamageState) => void {
  let told = new Set<string>();
  return ({ listed }) => {
    const byFile = Map.groupBy(listed, ({ file }) => file);
    for (const file of told) if (!byFile.has(file as Damage['file'])) storage.reportDamage(file, undefined);
    for (const [file, own] of byFile) {
      const named = own.slice(0, SHOWN).map(damageLine).join('; ');
      storage.reportDamage(file, own.length > SHOWN ? `${named}; +${own.length - SHOWN}` : named);
    }
    told = new Set(byFile.keys());
  };
}

/** Damages of a file that stand in a sentence on the screens. */
const SHOWN = 2;

/** Damages that /readyz names; the log names all. */
const NAMED = 5;

function sentence({ count, listed }: DamageState): string | undefined {
  if (count === 0) return undefined;
  const named = listed.slice(0, NAMED).map(damageLine).join('; ');
  const more = count > NAMED ? `; and ${count - NAMED} more` : '';
  return `degraded: ${count} damaged and missing, the rest is served: ${named}${more}. Stop the gateway and run houqin doctor`;
}
