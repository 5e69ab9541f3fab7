/** What `houqin doctor` says of the stored data while no gateway runs, and what --repair makes of it. */
import type { Text } from '#contract/enums.ts';
import { hourPhases } from '../campus-in-force.ts';
import type { Environment } from '../shared/environment.ts';
import { fileCheck } from '../store/check-files.ts';
import { type Damage, type DamageNote, damageLine } from '../store/damage.ts';
import { gridPhase } from '../store/grid.ts';
import { openReadingStore } from '../store/open-reading-store.ts';
import { openRecordsDb } from '../store/open-records-db.ts';
import { type ReadingStore, StoreError } from '../store/reading-store.ts';
import { type Repaired, repairReadings, repairRecords } from '../store/repair-files.ts';
import { withFolder } from './own-folder.ts';
import { campusOf } from './site.ts';

export interface DataReport {
  readonly size: Text;
  readonly damage: readonly (DamageNote & Partial<Damage>)[];
}

/** Opens both databases and looks through all of both. */
export async function dataReport(environment: Environment, dataDir: string): Promise<DataReport> {
  const phases = hourPhases((await campusOf(environment)).calendar);
  return withFolder(dataDir, async () => {
    const damage: DamageNote[] = [];
    const records = await opened('records.db', damage, () => openRecordsDb({ dir: dataDir }));
    if (records?.damage !== undefined) damage.push(records.damage);
    await records?.close();
    const store = await opened('readings.db', damage, () => openReadingStore({ dir: dataDir, ...phases }));
    if (store === undefined) return { size: { zh: '', en: '' }, damage };
    try {
      const check = fileCheck({ dir: dataDir, phase: gridPhase(phases), tell: store.found, rest: 0 });
      await check.round().finally(() => check.stop());
      return { size: await sizeOf(store), damage: [...damage, ...store.damage().listed] };
    } finally {
      await store.close();
    }
  });
}

async function opened<T>(
  file: 'readings.db' | 'records.db',
  damage: DamageNote[],
  open: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'damaged') throw error;
    damage.push({ file, table: 'file', what: error.message });
    return undefined;
  }
}

async function sizeOf(store: ReadingStore): Promise<Text> {
  const trouble = await store.probe();
  if (trouble !== undefined) throw new Error(trouble);
  const { points, series, bytes } = await store.stats();
  const size = `${(bytes / 1_048_576).toFixed(1)} MiB`;
  return { zh: `${series} 个序列，${points} 条读数，${size}`, en: `${series} series, ${points} readings, ${size}` };
}

/** Repairs the files that the report says are damaged. @throws CommandRefusal while a gateway has the folder */
export async function repairData(environment: Environment, dataDir: string, now: number): Promise<readonly Repaired[]> {
  const phases = hourPhases((await campusOf(environment)).calendar);
  const { damage } = await dataReport(environment, dataDir);
  return withFolder(dataDir, async () => {
    const repaired: Repaired[] = [];
    if (damage.some(({ file }) => file === 'records.db')) repaired.push(repairRecords({ dir: dataDir, now }));
    if (damage.some(({ file }) => file === 'readings.db')) {
      repaired.push(await repairReadings({ dir: dataDir, ...phases, now }));
    }
    return repaired;
  });
}

/** Lines for people: per file what was kept, what is lost, where the damaged file is. */
export function repairLines(repaired: readonly Repaired[]): readonly Text[] {
  if (repaired.length === 0) return [{ zh: '没有需要修复的', en: 'nothing to repair' }];
  return repaired.flatMap(({ file, beside, saved, lost, rebuilt }) => [
    saved === undefined
      ? { zh: `${file}：读不出任何内容，已新建空库`, en: `${file}: nothing could be read; a new, empty one was made` }
      : {
          zh: `${file}：已保留 ${saved}，重算汇总 ${rebuilt} 块`,
          en: `${file}: kept ${saved}; ${rebuilt} roll-ups and books built anew`,
        },
    ...(beside === undefined ? [] : [{ zh: `损坏的文件留在 ${beside}`, en: `the damaged file is kept as ${beside}` }]),
    ...lost.map((damage) => ({ zh: `丢失：${damageLine(damage)}`, en: `lost: ${damageLine(damage)}` })),
  ]);
}
