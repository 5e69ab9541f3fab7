/** An import from the first byte to the last: rows in batches, judged, stored, counted. Never the whole file in memory. */

import { type CsvRow, csvRows } from '#contract/csv-rows.ts';
import { metricInfo } from '#contract/metrics.ts';
import { type ColumnOptions, type ColumnPlan, isHeadingFor, planColumns } from './column-plan.ts';
import type { CommandIo } from './command.ts';
import { usage } from './command-refusal.ts';
import { fileText } from './file-text.ts';
import { createRowJudge, type Judged, type Rejection } from './import-rows.ts';
import { createTally, type Tally } from './import-tally.ts';
import { type ImportTarget, rangesOf, seriesKey } from './import-target.ts';
import { createProgress } from './progress.ts';
import { createRowTimes } from './row-times.ts';
import { onTrial } from './trial-target.ts';

export interface ImportOptions extends ColumnOptions {
  readonly file: string;
  readonly timeZone: string | undefined;
  readonly intervalMs: number | undefined;
  readonly create: boolean;
  readonly dryRun: boolean;
}

export interface ImportOutcome {
  readonly tally: Tally;
  /** Of the accepted ones, those that were on disk before. */
  readonly duplicates: number;
  readonly created: readonly string[];
  readonly warnings: readonly { readonly zh: string; readonly en: string }[];
}

type Accepted = Judged & { readonly kind: 'value' };

const BATCH_VALUES = 5_000;

/** @param onRejected is told of every rejected value, in batches */
export async function runImport(
  options: ImportOptions,
  target: ImportTarget,
  io: CommandIo,
  onRejected: (rejections: readonly Rejection[]) => Promise<void>,
): Promise<ImportOutcome> {
  if (options.dryRun) return onTrial(target, (trial) => importInto(trial, options, io, onRejected));
  return importInto(target, options, io, onRejected);
}

async function importInto(
  target: ImportTarget,
  options: ImportOptions,
  io: CommandIo,
  onRejected: (rejections: readonly Rejection[]) => Promise<void>,
): Promise<ImportOutcome> {
  const tally = createTally();
  const judge = createRowJudge({
    target,
    times: createRowTimes(options.timeZone ?? target.timeZone, io.clock.now()),
    now: io.clock.now(),
    devices: options.devices,
    create: options.create,
    intervalMs: options.intervalMs,
  });
  const created: string[] = [];
  let duplicates = 0;
  let plan: ColumnPlan | undefined;
  let batch: Accepted[] = [];
  let refused: Rejection[] = [];
  const reject = (rejection: Rejection, device: string): void => {
    tally.series(device, rejection.metric).rejected += 1;
    refused.push(rejection);
  };
  const flush = async (): Promise<void> => {
    const fresh = judge.takeNewDevices();
    if (fresh.length > 0) {
      await target.addDevices(fresh);
      created.push(...fresh.map(({ id }) => id));
    }
    if (batch.length > 0) duplicates += await settle(batch, target, tally, reject);
    batch = [];
    await onRejected(refused);
    refused = [];
  };

  const source = await fileText(options.file);
  const progress = createProgress(io, { zh: '导入', en: 'importing' });
  let heading: readonly string[] = [];
  const warnings: { readonly zh: string; readonly en: string }[] = [];
  for await (const row of csvRows(source.text, isHeadingFor(options))) {
    if (plan === undefined || row.heading !== undefined) {
      plan = planColumns(row.cells, options);
      heading = row.cells;
      warnings.push(...headingWarnings(row));
      continue;
    }
    // Each table of an export repeats the heading.
    if (row.cells.length === heading.length && row.cells.every((cell, at) => cell === heading[at])) continue;
    for (const judged of judge.judge(row, plan)) {
      tally.values += 1;
      if (judged.kind === 'value') batch.push(judged);
      else if (judged.kind === 'missing') tally.series(judged.device, judged.metric).missing += 1;
      else if (judged.kind === 'other-device') tally.otherDevices += 1;
      else reject(judged.rejection, judged.device);
    }
    if (batch.length + refused.length >= BATCH_VALUES) {
      await flush();
      progress.at(tally.values, source.share());
    }
  }
  if (plan === undefined) throw usage(`${options.file} 是空的。`, `${options.file} is empty.`);
  await flush();
  return { tally, duplicates, created, warnings: [...warnings, ...spacingWarnings(tally, target)] };
}

/**
 * Stores a batch and says what became of each value. Where something was there already, what is stored is looked at: an
 * equal value is a duplicate, another one a conflict, of which the store keeps the first.
 * @returns duplicates
 */
async function settle(
  batch: readonly Accepted[],
  target: ImportTarget,
  tally: Tally,
  reject: (rejection: Rejection, device: string) => void,
): Promise<number> {
  const result = await target.store(batch.map(({ row }) => row));
  const refused = new Map(result.refused.map((one) => [one.index, one]));
  const isAllNew = result.stored + refused.size === batch.length;
  const before = isAllNew ? undefined : await storedValues(batch, target);
  let accepted = 0;
  batch.forEach(({ row, source }, index) => {
    const refusal = refused.get(index);
    const stored = before?.get(seriesKey(row.device, row.metric))?.get(row.ts);
    if (refusal) reject({ ...source, reason: refusal.reason, message: refusal.message }, row.device);
    else if (stored !== undefined && stored !== row.value && metricInfo(row.metric)?.kind !== 'state') {
      reject({ ...source, reason: 'conflict', message: `${stored} is stored for this time and stays` }, row.device);
    } else {
      tally.accept(tally.series(row.device, row.metric), row.ts, row.value);
      accepted += 1;
    }
  });
  return accepted - result.stored;
}

async function storedValues(
  batch: readonly Accepted[],
  target: ImportTarget,
): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
  const found = new Map<string, ReadonlyMap<number, number>>();
  for (const [key, { device, metric, from, to }] of rangesOf(batch.map(({ row }) => row))) {
    if (target.devices.has(device)) found.set(key, await target.values(device, metric, from, to));
  }
  return found;
}

function headingWarnings({ line, heading }: CsvRow): { zh: string; en: string }[] {
  const skipped = heading?.skippedLines ?? 0;
  if (skipped === 0) return [];
  return [
    {
      zh: `第 ${line} 行是表头；它前面的 ${skipped} 行不是数据，没有读。`,
      en: `Line ${line} is the heading; the ${skipped} lines before it are no data and were not read.`,
    },
  ];
}

/** Hourly rows of a device that is said to report every minute would leave 59 of 60 minutes missing in the books. */
function spacingWarnings(tally: Tally, { devices }: ImportTarget): { zh: string; en: string }[] {
  return tally.all().flatMap(({ device, metric, spacingMs }) => {
    const intervalS = devices.get(device)?.intervalS;
    if (intervalS === undefined || metricInfo(metric)?.kind !== 'interval') return [];
    if (!Number.isFinite(spacingMs) || spacingMs < 2_000 * intervalS) return [];
    return [
      {
        zh: `${device}：各行相隔 ${spacingMs / 1_000} 秒，而 devices.yaml 里 intervalS 是 ${intervalS}；若每行是整段的用量，请把 intervalS 改为 ${spacingMs / 1_000}。`,
        en: `${device}: rows are ${spacingMs / 1_000} s apart, and devices.yaml says intervalS: ${intervalS}; if a row is the amount of all that time, set intervalS: ${spacingMs / 1_000}.`,
      },
    ];
  });
}
