/** `houqin import FILE.csv`: history of meters out of a file; stored, never judged. */
import { metricInfo } from '#contract/metrics.ts';
import { both, type Command, type CommandIo } from './command.ts';
import type { Rejection } from './import-rows.ts';
import { intoFolder, throughOwner } from './import-target.ts';
import { findOwner } from './owner-api.ts';
import { durationOption, parseOptions, zoneOption } from './parse-options.ts';
import { rejectedFile } from './rejected-file.ts';
import { type ImportOptions, type ImportOutcome, runImport } from './run-import.ts';
import { dataDirOf, environmentOf } from './site.ts';
import { textTable } from './text-table.ts';

const HELP = `usage: houqin import FILE.csv [options]

把历史读数导入存储，不触发告警；可中断后重来，不会重复。
Imports history; fires no alerts; may be broken off and repeated, nothing is stored twice.

Header of the file: device,metric,ts,value. Other headers with --map:
  --map device=COL,ts=COL,value=COL[,metric=COL]   columns by their names
  --map ts=COL,value=COL --device ID               no device column: all rows are of device ID
  --map ts=COL,value=*                             wide file: every other column is a device named after it
Options:
  --metric M       what the values are, when no column says so, such as energy_kwh or water_m3
  --interval 1h    length of one interval (30s, 15m, 1h, 1d); needed for new devices of interval metrics
  --tz ZONE        zone of local times in the file; default: the site's
  --device ID      only these devices (may be given several times)
  --create         adds unknown devices to devices.yaml: kind from the metric, at the topmost place; ist_central becomes
                   ist-central and keeps its name. Without it rows of unknown devices are rejected
  --dry-run        says what would happen and stores nothing
  --json           the result as JSON: accepted, stored, duplicates, missing, otherDevices, rejectedCount, rejected, sum, sums …

ts: an epoch in s, ms, µs or ns (2010 to a year from now), ISO 8601 with offset (also +08), or local: YYYY-MM-DD HH:MM[:SS],
2026/3/1 8:00, 2026年3月1日 下午2:00, YYYYMMDD[HHMM[SS]], days as spreadsheets count them; 24:00 ends the day. In a repeated local hour (clocks go back) the first row
is the earlier instant; a local time that is skipped (clocks go forward) is rejected. Empty values are missing: neither
accepted nor rejected, and so are words such as unavailable, n/a, 无. A title above the heading is left out and told, a
first line sep=; is obeyed, annotated CSV of InfluxDB is read without --map. accepted includes duplicates, so a repeated import tells the same sums.
In files parted by ; or tab 1,5 is 1.5; 1.234,5 is rejected, and so is a decimal comma in a file parted by commas.
Exit: 0 done, also where values were rejected as conflict or out-of-range; 1 a device, metric, time, value or row was not understood (unknown-*, bad-*), ids were damaged
by a spreadsheet, or not one value was accepted; what is right is stored all the same. 2 wrong use; 3 cannot be done.

examples:
  houqin import meters.csv
  houqin import hourly.csv --map device=meter_id,ts=ts_local,value=kwh --metric energy_kwh --interval 1h \\
    --tz Europe/Lisbon --device ist_central --create
  houqin import water.csv --map ts=ts_local,value=bronte_m3 --device bronte --metric water_m3 --interval 30m --create
  houqin import water.csv --map 'ts=ts_local,value=*' --metric water_m3 --interval 30m --tz Europe/London --create --dry-run`;

/** Could not be read. What was read and does not fit (`conflict`, `out-of-range`) is the data's fault: listed, but no failure. */
const MISUNDERSTOOD = /^(?:unknown|damaged|bad)-/;
const SHOWN = 20;
/** Of more, the file has all; a list in memory has an end. */
const LISTED = 100_000;

export const importCommand: Command = { help: HELP, run };

async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { options, isJson } = optionsOf(argv);
  const environment = environmentOf(io);
  const dataDir = await dataDirOf(environment);
  const owner = await findOwner(dataDir);
  const rejected: Rejection[] = [];
  let isMisunderstood = false;
  const file = options.dryRun ? undefined : rejectedFile(dataDir, io.clock.now());
  const onRejected = async (rejections: readonly Rejection[]): Promise<void> => {
    isMisunderstood ||= rejections.some(({ reason }) => MISUNDERSTOOD.test(reason));
    rejected.push(...rejections.slice(0, (isJson ? LISTED : SHOWN) - rejected.length));
    await file?.add(rejections);
  };
  let outcome: ImportOutcome;
  let rejectedPath: string | undefined;
  try {
    outcome = owner
      ? await throughOwner(owner, (target) => runImport(options, target, io, onRejected))
      : await intoFolder({ environment, dataDir, clock: io.clock }, (target) =>
          runImport(options, target, io, onRejected),
        );
  } finally {
    rejectedPath = await file?.close();
  }
  for (const warning of outcome.warnings) io.err(both(warning));
  const report = reportOf(options, outcome, rejected, rejectedPath);
  if (isJson) io.out(JSON.stringify(report));
  else for (const line of linesOf(report)) io.out(line);
  return isMisunderstood || (report.accepted === 0 && report.values > 0) ? 1 : 0;
}

function optionsOf(argv: readonly string[]): { readonly options: ImportOptions; readonly isJson: boolean } {
  const { values, positionals } = parseOptions(
    argv,
    {
      map: { type: 'string' },
      metric: { type: 'string' },
      interval: { type: 'string' },
      tz: { type: 'string' },
      device: { type: 'string', multiple: true },
      create: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
    { min: 1, max: 1 },
  );
  return {
    isJson: values.json,
    options: {
      file: positionals[0] ?? '',
      map: values.map,
      metric: values.metric,
      devices: values.device ?? [],
      intervalMs: values.interval === undefined ? undefined : durationOption('interval', values.interval),
      timeZone: values.tz === undefined ? undefined : zoneOption('tz', values.tz),
      create: values.create,
      dryRun: values['dry-run'],
    },
  };
}

type Report = ReturnType<typeof reportOf>;

function reportOf(
  options: ImportOptions,
  { tally, duplicates, created, warnings }: ImportOutcome,
  rejected: readonly Rejection[],
  rejectedPath: string | undefined,
) {
  const totals = tally.totals();
  const time = (at: number): string | null => (Number.isFinite(at) ? new Date(at).toISOString() : null);
  return {
    file: options.file,
    dryRun: options.dryRun,
    values: tally.values,
    accepted: totals.accepted,
    stored: options.dryRun ? 0 : totals.accepted - duplicates,
    duplicates,
    missing: totals.missing,
    otherDevices: tally.otherDevices,
    rejectedCount: totals.rejected,
    sum: totals.sum,
    sums: tally.all().map((series) => ({
      ...{ device: series.device, metric: series.metric, unit: metricInfo(series.metric)?.unit ?? '' },
      ...{ accepted: series.accepted, missing: series.missing, rejected: series.rejected, sum: series.sum },
      ...{ first: time(series.first), last: time(series.last) },
    })),
    created,
    warnings,
    rejectedFile: rejectedPath ?? null,
    rejected,
  };
}

function linesOf(report: Report): string[] {
  const rows = report.sums.map(({ device, metric, unit, accepted, missing, rejected, sum, first, last }) => [
    ...[device, metric, String(accepted), String(missing), String(rejected)],
    ...[`${Number(sum.toPrecision(12))} ${unit}`.trimEnd(), first ?? '', last ?? ''],
  ]);
  const header = [
    '设备 device',
    '指标 metric',
    '接受 accepted',
    '缺失 missing',
    '拒绝 rejected',
    '合计 sum',
    '从 from',
    '到 to',
  ];
  const shown = report.rejected.slice(0, SHOWN);
  const more = report.rejectedCount - shown.length;
  const done = report.dryRun ? '试运行，没有写入 / Dry run, nothing written' : '导入完成 / Imported';
  return [
    ...(rows.length > 0 ? [...textTable([header, ...rows], [2, 3, 4, 5]), ''] : []),
    ...(report.created.length > 0 ? [`新设备 / new devices: ${report.created.join(', ')}`] : []),
    ...shown.map(
      ({ line, device, ts, value, reason, message }) =>
        `第 ${line} 行 / line ${line}: ${reason}: ${message} (${[device, ts, value].filter((part) => part !== '').join(', ')})`,
    ),
    ...(more > 0 ? [`…… 还有 ${more} 行 / and ${more} more`] : []),
    ...(report.rejectedFile === null ? [] : [`全部被拒绝的行 / all rejected rows: ${report.rejectedFile}`]),
    `${done}: 接受 ${report.accepted} accepted（重复 ${report.duplicates} duplicates），拒绝 ${report.rejectedCount} rejected，缺失 ${report.missing} missing，合计 ${Number(report.sum.toPrecision(12))} sum`,
  ];
}
