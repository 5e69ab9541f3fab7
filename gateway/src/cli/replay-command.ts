/** `houqin replay FILE.csv`: rows of a file as messages of real devices, over MQTT, in their own rhythm. */

import { csvRows } from '#contract/csv-rows.ts';
import { LIMITS, nativeTopic } from '#contract/topics.ts';
import { connectReplayClient, type ReplayClient } from '../broker/replay-client.ts';
import type { CampusInForce } from '../campus-in-force.ts';
import { type ColumnOptions, type ColumnPlan, planColumns } from './column-plan.ts';
import type { Command, CommandIo } from './command.ts';
import { cannot, messageOf, usage } from './command-refusal.ts';
import { fileText } from './file-text.ts';
import { createRowJudge, type Rejection } from './import-rows.ts';
import { mqttUrlOf } from './mqtt-url.ts';
import { numberOption, parseOptions, zoneOption } from './parse-options.ts';
import { createProgress } from './progress.ts';
import { createRowTimes } from './row-times.ts';
import { campusOf, environmentOf } from './site.ts';

const HELP = `usage: houqin replay FILE.csv [--speed N] [--shift-to-now|--keep-ts] [options]

把文件中的读数按原来的节奏（快 N 倍）经 MQTT 发布到网关，QoS 1，如同设备刚刚上报；规则会照常告警。
Publishes the rows of a file to the gateway over MQTT, QoS 1, in their own rhythm, N times as fast, as if devices reported
them; rules alert as on any day.

  --speed N        1 is as it was; default 1; 0 as fast as the gateway takes them
  --shift-to-now   moves all times by one amount, so that the last row is measured when it is sent (default)
  --keep-ts        leaves the times; what is older than 31 days keeps its value, takes arrival time and is flagged clock
  --mqtt URL       default: the running gateway, else HOUQIN_MQTT
  --username NAME --password-env VAR
                   a bridge credential with the prefix campus/v1/ (devices.yaml: credentials); the password is read from the
                   environment variable VAR (default HOUQIN_MQTT_PASSWORD), or given as --password SECRET, which others
                   on this machine can see. Without a name: anonymous
  --map --metric --tz --device   which columns and rows, as for houqin import
  --json           {"published","acknowledged","messages","rejectedCount","rejected"}
Rows go in the order of the file: sort it by time. Devices must be in devices.yaml.
Exit: 0 all acknowledged; 1 rows were rejected; 3 no connection or login refused.

examples:
  houqin replay day.csv --speed 60
  houqin replay day.csv --speed 600 --username replayer --password-env REPLAY_PASSWORD`;

/** Unacknowledged messages: enough to keep the line busy, few enough to resend. */
const WINDOW = 100;
const LISTED = 1_000;

interface ReplayOptions extends ColumnOptions {
  readonly file: string;
  readonly speed: number;
  readonly keepTs: boolean;
  readonly timeZone: string;
}

interface Message {
  readonly device: string;
  readonly ts: number;
  readonly values: Readonly<Record<string, number>>;
  readonly count: number;
}

export const replayCommand: Command = {
  help: HELP,
  async run(argv, io) {
    const { values, positionals } = parseOptions(
      argv,
      {
        speed: { type: 'string', default: '1' },
        'shift-to-now': { type: 'boolean', default: false },
        'keep-ts': { type: 'boolean', default: false },
        mqtt: { type: 'string' },
        username: { type: 'string' },
        password: { type: 'string' },
        'password-env': { type: 'string', default: 'HOUQIN_MQTT_PASSWORD' },
        map: { type: 'string' },
        metric: { type: 'string' },
        tz: { type: 'string' },
        device: { type: 'string', multiple: true },
        json: { type: 'boolean', default: false },
      },
      { min: 1, max: 1 },
    );
    if (values['shift-to-now'] && values['keep-ts']) {
      throw usage('--shift-to-now 和 --keep-ts 只能选一个。', 'Choose one of --shift-to-now and --keep-ts.');
    }
    const environment = environmentOf(io);
    const campus = await campusOf(environment);
    const options: ReplayOptions = {
      file: positionals[0] ?? '',
      speed: numberOption('speed', values.speed, 0),
      keepTs: values['keep-ts'],
      map: values.map,
      metric: values.metric,
      devices: values.device ?? [],
      timeZone: values.tz === undefined ? campus.calendar.timeZone : zoneOption('tz', values.tz),
    };
    const plan = await planReplay(options, campus, io);
    const url = await mqttUrlOf(values.mqtt, environment);
    const password = values.password ?? io.env[values['password-env']];
    const client = await connected({ url, username: values.username, password });
    const sent = await play(options, plan, campus, client, io).catch((error: unknown) => {
      throw noConnection(url, error);
    });
    const { rejected, rejectedCount } = plan;
    if (values.json) io.out(JSON.stringify({ ...sent, rejectedCount, rejected }));
    else {
      for (const { line, reason, message } of rejected.slice(0, 20))
        io.err(`第 ${line} 行 / line ${line}: ${reason}: ${message}`);
      io.out(
        `已发布 ${sent.published} published（${sent.messages} 条报文 messages），已确认 ${sent.acknowledged} acknowledged，拒绝 ${rejectedCount} rejected`,
      );
    }
    return rejectedCount > 0 ? 1 : 0;
  },
};

interface ReplayPlan {
  readonly rows: number;
  readonly first: number;
  readonly last: number;
  readonly rejectedCount: number;
  readonly rejected: readonly Rejection[];
}

/** First walk: how long it will take, and what cannot be sent. */
async function planReplay(options: ReplayOptions, campus: CampusInForce, io: CommandIo): Promise<ReplayPlan> {
  let rows = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let rejectedCount = 0;
  const rejected: Rejection[] = [];
  const onRejected = (rejection: Rejection): void => {
    rejectedCount += 1;
    if (rejected.length < LISTED) rejected.push(rejection);
  };
  for await (const { ts, count } of messagesOf(options, campus, io, onRejected)) {
    rows += count;
    first = Math.min(first, ts);
    last = Math.max(last, ts);
  }
  const aheadMs = (last - first) * (1 - 1 / Math.max(1, options.speed || Number.POSITIVE_INFINITY));
  if (!options.keepTs && aheadMs > LIMITS.deviceTimePastMs) {
    const days = Math.round((last - first) / 86_400_000);
    throw usage(
      `文件跨 ${days} 天：以 ${options.speed} 倍速移到现在，开头会早于 31 天前，网关不信这样的设备时间。请用 --keep-ts，或取一段，或用 houqin import。`,
      `The file spans ${days} days: moved to now at speed ${options.speed}, its beginning would be older than the 31 days that device time is believed. Use --keep-ts, a part of the file, or houqin import.`,
    );
  }
  return { rows, first, last, rejectedCount, rejected };
}

/** Neighbouring rows of one device and time are one message. */
async function* messagesOf(
  options: ReplayOptions,
  campus: CampusInForce,
  io: CommandIo,
  onRejected: (rejection: Rejection) => void,
): AsyncGenerator<Message> {
  const judge = createRowJudge({
    target: { devices: campus.config.registry.devices, rootPlace: '' },
    times: createRowTimes(options.timeZone, io.clock.now()),
    now: io.clock.now(),
    devices: options.devices,
    create: false,
    intervalMs: undefined,
  });
  let plan: ColumnPlan | undefined;
  let open: { device: string; ts: number; values: Record<string, number>; count: number } | undefined;
  const source = await fileText(options.file);
  for await (const row of csvRows(source.text)) {
    if (plan === undefined) {
      plan = planColumns(row.cells, options);
      continue;
    }
    for (const judged of judge.judge(row, plan)) {
      if (judged.kind === 'rejected') onRejected(judged.rejection);
      if (judged.kind !== 'value') continue;
      const { device, metric, ts, value } = judged.row;
      if (open !== undefined && open.device === device && open.ts === ts && !(metric in open.values)) {
        open.values[metric] = value;
        open.count += 1;
        continue;
      }
      if (open !== undefined) yield open;
      open = { device, ts, values: { [metric]: value }, count: 1 };
    }
  }
  if (open !== undefined) yield open;
}

async function play(
  options: ReplayOptions,
  plan: ReplayPlan,
  campus: CampusInForce,
  client: ReplayClient,
  io: CommandIo,
): Promise<{ published: number; acknowledged: number; messages: number }> {
  const { registry } = campus.config;
  const site = registry.campus.sites[0]?.id ?? 'main';
  const began = io.clock.now();
  const spanMs = options.speed > 0 ? (plan.last - plan.first) / options.speed : 0;
  const shiftMs = options.keepTs ? 0 : Math.round(began + spanMs - plan.last);
  const progress = createProgress(io, { zh: '重放', en: 'replaying' });
  const counts = { published: 0, acknowledged: 0, messages: 0 };
  const inFlight = new Set<Promise<void>>();
  for await (const { device, ts, values, count } of messagesOf(options, campus, io, () => {})) {
    if (options.speed > 0) await until(began + (ts - plan.first) / options.speed, io);
    while (inFlight.size >= WINDOW) await Promise.race(inFlight);
    const topic = nativeTopic(registry.devices.get(device)?.site ?? site, device, 'readings');
    const sent: Promise<void> = client.publish(topic, JSON.stringify({ ts: ts + shiftMs, ...values })).then(() => {
      counts.acknowledged += count;
      inFlight.delete(sent);
    });
    inFlight.add(sent);
    counts.published += count;
    counts.messages += 1;
    progress.at(counts.published, counts.published / plan.rows);
  }
  await Promise.all(inFlight);
  await client.close();
  return counts;
}

async function until(at: number, io: CommandIo): Promise<void> {
  for (let left = at - io.clock.now(); left > 0; left = at - io.clock.now()) {
    // A timer cannot be set further ahead than 24 days.
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, 86_400_000)));
  }
}

async function connected(options: Parameters<typeof connectReplayClient>[0]): Promise<ReplayClient> {
  try {
    return await connectReplayClient(options);
  } catch (error) {
    throw noConnection(options.url, error);
  }
}

const noConnection = (url: string, error: unknown): Error =>
  cannot(
    `连不上 ${url}：${messageOf(error)}。检查地址、--username 和口令。`,
    `No connection to ${url}: ${messageOf(error)}. Check the address, --username and the password.`,
  );
