/** Makes the best of damaged databases: the damaged file stays beside, what can be believed goes into a fresh one. */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileCheck } from './check-files.ts';
import { type Damage, type DamageNote, damageBook } from './damage.ts';
import { knownFile, type WitnessedFile, writeWitness } from './file-witness.ts';
import { gridPhase } from './grid.ts';
import { lostRows } from './lost-rows.ts';
import { metaRows } from './meta-rows.ts';
import { openReadingStore } from './open-reading-store.ts';
import { openReadingsForWriting } from './readings-schema.ts';
import { migrate } from './records-schema.ts';
import { salvageReadings } from './salvage-readings.ts';
import { salvageRecords } from './salvage-records.ts';

export interface Repaired {
  readonly file: WitnessedFile;
  /** Name of the damaged file in the same folder; undefined when there was none. */
  readonly beside: string | undefined;
  /** What the new file holds, in English; undefined when nothing could be read. */
  readonly saved: string | undefined;
  /** What it does not hold. */
  readonly lost: readonly (DamageNote & Partial<Damage>)[];
  /** Roll-ups and books built anew from points. */
  readonly rebuilt: number;
}

export interface RepairOptions {
  readonly dir: string;
  readonly hourPhaseMs: number;
  readonly dayPhaseMs?: number | undefined;
  /** For the names of the damaged files. */
  readonly now: number;
}

/** Commits since the witness was last written; a number that was given is never given again. */
const HEAD_MARGIN = 1_000_000;

/** Replaces readings.db by what can be believed of it. Needs as much free space again as the file has, twice. */
export async function repairReadings(options: RepairOptions): Promise<Repaired> {
  const { dir } = options;
  const beside = keptBeside(dir, 'readings.db', options.now);
  const work = join(dir, 'repair');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  const phase = gridPhase(options);
  const head = knownFile(dir, 'readings.db')?.head ?? 0;
  const lost: DamageNote[] = [];
  let saved: string | undefined;
  try {
    const into = openReadingsForWriting(work, phase, undefined);
    try {
      saved = salvaged(options, into, phase, lost);
      const meta = metaRows(into);
      meta.put('head', Math.max(meta.get('head') ?? 0, head) + (saved === undefined ? HEAD_MARGIN : 0));
      if (saved === undefined) meta.put('trimmed', meta.get('head') ?? 0);
    } finally {
      into.close();
    }
    const { rebuilt, names } = await rebuiltRollups({ ...options, dir: work }, phase);
    replaced(join(work, 'readings.db'), dir, 'readings.db');
    return {
      file: 'readings.db',
      beside,
      saved,
      lost: lost.filter(isLoss).map((note) => ({ ...note, ...names(note) })),
      rebuilt,
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Packed rows are built anew; what else could not be copied is gone. */
const isLoss = ({ table }: DamageNote): boolean => !table.startsWith('rollups') && table !== 'marks';

/** @returns undefined when the file cannot be opened as a database at all */
function salvaged(
  { dir, now }: RepairOptions,
  into: DatabaseSync,
  phase: number,
  lost: DamageNote[],
): string | undefined {
  const file = 'readings.db';
  if ((statSync(join(dir, file), { throwIfNoEntry: false })?.size ?? 0) === 0) {
    lost.push({ file, table: 'file', what: 'the file is empty or gone' });
    return undefined;
  }
  let from: DatabaseSync;
  try {
    from = openReadingsForWriting(dir, phase, undefined);
  } catch (error) {
    lost.push({
      file,
      table: 'file',
      what: `cannot be opened: ${error instanceof Error ? error.message : String(error)}`,
    });
    return undefined;
  }
  try {
    // One damage is found by several ways; it is said once.
    const told = damageBook(() => undefined);
    const total = salvageReadings(from, into, { phase, now }, (note) => {
      if (told.add(note, 0) !== undefined) lost.push(note);
    });
    return `${total.series} series, ${total.chunks} chunks, ${total.commits} commits of the journal`;
  } finally {
    closed(from);
  }
}

async function rebuiltRollups(options: RepairOptions, phase: number) {
  const store = await openReadingStore(options);
  const check = fileCheck({ dir: options.dir, phase, tell: store.found, rest: 0, files: ['readings.db'] });
  let rebuilt = 0;
  const names = new Map<number, { device: string; metric: string }>();
  try {
    await check.round();
    for (const damage of store.damage().listed) if ((await store.mend(damage)) !== 'lost') rebuilt += 1;
  } finally {
    await check.stop();
    await store.close();
  }
  const db = new DatabaseSync(join(options.dir, 'readings.db'));
  try {
    for (const { id, device, metric } of db.prepare('SELECT id, device, metric FROM series').all()) {
      names.set(Number(id), { device: String(device), metric: String(metric) });
    }
    // What is lost has been said by now; it stays missing, and is no trouble of the new file.
    lostRows(db).accept();
  } finally {
    db.close();
  }
  return { rebuilt, names: ({ series }: DamageNote) => (series === undefined ? undefined : names.get(series)) };
}

/** Replaces records.db by what can be read of it. */
export function repairRecords({ dir, now }: Pick<RepairOptions, 'dir' | 'now'>): Repaired {
  const file = 'records.db';
  const beside = keptBeside(dir, file, now);
  const draft = join(dir, 'records.db.repaired');
  rmSync(draft, { force: true });
  const into = new DatabaseSync(draft);
  const lost: DamageNote[] = [];
  let rows: number | undefined;
  try {
    migrate(into);
    const from = beside === undefined ? undefined : openedRecords(join(dir, file), lost);
    if (from !== undefined) {
      into.exec(
        `PRAGMA application_id = ${Number(from.prepare('PRAGMA application_id').get()?.['application_id'] ?? 0)}`,
      );
      rows = salvageRecords(from, into, (note) => void lost.push(note));
      closed(from);
    } else if (beside === undefined) lost.push({ file, table: 'file', what: 'the file is empty or gone' });
  } finally {
    into.close();
  }
  replaced(draft, dir, file);
  return { file, beside, saved: rows === undefined ? undefined : `${rows} rows`, lost, rebuilt: 0 };
}

function openedRecords(path: string, lost: DamageNote[]): DatabaseSync | undefined {
  const db = new DatabaseSync(path);
  try {
    db.prepare('SELECT count(*) FROM sqlite_master').get();
    return db;
  } catch (error) {
    closed(db);
    lost.push({ file: 'records.db', table: 'file', what: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

function closed(db: DatabaseSync): void {
  try {
    db.close();
  } catch {
    // A damaged log cannot be written back; the copy beside has it.
  }
}

/** Copies a file and its log. @returns its name; undefined when there is nothing to keep */
function keptBeside(dir: string, file: WitnessedFile, now: number): string | undefined {
  const path = join(dir, file);
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return undefined;
  const stamp = new Date(now).toISOString().replaceAll(/[-:]/g, '').slice(0, 15);
  const name = `${file}.damaged-${stamp}`;
  copyFileSync(path, join(dir, name));
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, join(dir, `${name}-wal`));
  return name;
}

function replaced(fresh: string, dir: string, file: WitnessedFile): void {
  for (const tail of ['-wal', '-shm']) rmSync(join(dir, `${file}${tail}`), { force: true });
  renameSync(fresh, join(dir, file));
  // The next start writes down what the folder has now.
  writeWitness(dir, file, undefined);
}
