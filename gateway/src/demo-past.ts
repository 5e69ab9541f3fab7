/** The past of the demo campus: a month through the ordinary import, its back-test filed as incidents that are over. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Text } from '#contract/enums.ts';
import type { Alert, Episode, Incident, TimelineEntry } from '#contract/http/alerts.ts';
import type { Reading } from '#contract/readings.ts';
import type { ApiDeps } from './api/api-deps.ts';
import type { CampusInForce } from './campus-in-force.ts';
import type { History } from './history.ts';
import type { Judgement } from './judgement.ts';
import type { Clock } from './shared/clock.ts';
import type { Registry } from './shared/registry.ts';
import { putAlert, putIncident } from './store/judge-records.ts';
import type { RecordsDb } from './store/records-db.ts';

export interface PastSetup {
  readonly configDir: string;
  readonly clock: Clock;
  campus(): CampusInForce;
  readonly records: RecordsDb;
  readonly history: Pick<History, 'importReadings'>;
  /** Rules over what is stored. */
  readonly backtest: ApiDeps['backtest'];
  readonly act: Judgement['act'];
  /** The past is written: now, or in an earlier run. */
  pastKnown(): void;
  say(line: string): void;
}

export const SIMULATOR = resolve(import.meta.dirname, '../../device-sim/main.ts');
export const SEED = '1';
const DAYS = 35;
const DAY_MS = 86_400_000;
const BATCH_ROWS = 5_000;
const PROGRESS_MS = 2_000;
/** How long the guard took to look. */
const SEEN_AFTER_MS = 4 * 60_000;
/** Who has dealt with what happened: a person, in the words of both languages. */
const GUARD = '演示值班员 Demo guard';
const NOTE = '已去现场看过，请主管确认。Looked at on the spot; please confirm.';
const GATEWAY = 'gateway';

/** Once per data folder: the mark is written last, and rows that are already there count as duplicates. */
export async function writePast(setup: PastSetup, stopping: AbortSignal): Promise<void> {
  const { records, clock, say } = setup;
  const [done] = await records.read({ sql: "SELECT value FROM meta WHERE key = 'demo_past'" });
  if (done) return setup.pastKnown();
  const to = clock.now();
  say(
    '演示：正在后台写入过去 35 天的历史，页面已可使用 / Demo: writing the past 35 days in the background; pages work already',
  );
  const rows = await importPast(setup, to, stopping);
  if (stopping.aborted) return;
  const { config } = setup.campus();
  const { rules, registry } = config;
  const episodes = await episodesOf(setup.backtest({ rules, from: to - DAYS * DAY_MS, to, signal: stopping }));
  const closed = episodes.flatMap((episode) => (episode.to === null ? [] : [{ ...episode, to: episode.to }]));
  const isOld = (episode: PastEpisode): boolean => episode.to <= to - DAY_MS;
  await records.write([
    ...closed.flatMap((episode) => filed(episode, isOld(episode), registry)),
    { sql: "INSERT OR REPLACE INTO meta (key, value) VALUES ('demo_past', ?)", params: [String(to)] },
  ]);
  await dealWithLastDay(
    setup,
    closed.filter((episode) => !isOld(episode)),
  );
  setup.pastKnown();
  say(
    `演示历史已就绪：${rows} 条读数，${closed.length} 条历史告警 / Demo history ready: ${rows} readings, ${closed.length} past alerts`,
  );
}

/** Another thread answers with the bytes of `{"episodes": …}`. */
async function episodesOf(answer: ReturnType<ApiDeps['backtest']>): Promise<readonly Episode[]> {
  const found = await answer;
  if (!(found instanceof Uint8Array)) return found;
  const { episodes } = JSON.parse(new TextDecoder().decode(found)) as { readonly episodes: readonly Episode[] };
  return episodes;
}

async function importPast(
  { configDir, history, clock, say }: PastSetup,
  to: number,
  stopping: AbortSignal,
): Promise<number> {
  const child = spawn(
    process.execPath,
    [
      SIMULATOR,
      'history',
      '--config',
      configDir,
      '--days',
      String(DAYS),
      '--to',
      new Date(to).toISOString(),
      '--seed',
      SEED,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], signal: stopping, killSignal: 'SIGKILL' },
  );
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  let rows = 0;
  let batch: Reading[] = [];
  let saidAt = clock.monotonic();
  const store = async (): Promise<void> => {
    await history.importReadings(batch);
    rows += batch.length;
    batch = [];
    if (clock.monotonic() - saidAt < PROGRESS_MS) return;
    saidAt = clock.monotonic();
    say(`正在写入演示历史：${rows} 条 / Writing demo history: ${rows} readings`);
  };
  for await (const line of createInterface({ input: child.stdout })) {
    if (stopping.aborted) break;
    const [device, metric, ts, value] = line.split(',');
    if (device === undefined || metric === undefined || device === 'device') continue;
    batch.push({ device, metric, ts: Number(ts), value: Number(value), flags: 0, receivedAt: to });
    if (batch.length >= BATCH_ROWS) await store();
  }
  if (batch.length > 0) await store();
  const code = await ended;
  if (code !== 0 && !stopping.aborted) throw new Error(`the history generator ended with ${code} after ${rows} rows`);
  return rows;
}

type PastEpisode = Episode & { readonly to: number };

/**
 * What happened in the last 24 hours goes through the judge, as if the guard did it now: open pages hear of it. The newest is left
 * for whoever looks first, with a word from the guard.
 */
async function dealWithLastDay({ act }: PastSetup, recent: readonly PastEpisode[]): Promise<void> {
  const inOrder = recent.toSorted((a, b) => a.to - b.to);
  for (const [index, episode] of inOrder.entries()) {
    const deed = { who: GUARD, at: episode.firedAt + SEEN_AFTER_MS };
    const isNewest = index === inOrder.length - 1;
    await act(`i-${idOf(episode)}`, { ...deed, ...(isNewest ? { action: 'comment', note: NOTE } : { action: 'ack' }) });
  }
}

const idOf = ({ from, rule, device }: Episode): string => `${from.toString(36)}-${rule}-${device}`;

/** A past episode as people find it later: one closed incident with its alert, dealt with by the guard or still to be seen. */
function filed(episode: PastEpisode, isSeen: boolean, registry: Registry) {
  const { from, firedAt, to, device, place, severity, sentence } = episode;
  const id = idOf(episode);
  const line = (at: number, what: string, why: string, who: string): TimelineEntry => ({ at, what, why, who });
  const began = line(firedAt, 'firing', episode.reason, GATEWAY);
  const over = line(to, 'resolved', episode.kind === 'silent' ? 'heard' : 'cleared', GATEWAY);
  const seenAt = firedAt + SEEN_AFTER_MS;
  const acked = isSeen ? [line(seenAt, 'ack', '', GUARD)] : [];
  const alert: Alert = {
    ...{
      id: `a-${id}`,
      incidentId: `i-${id}`,
      rule: episode.rule,
      kind: episode.kind,
      device,
      place,
      severity,
      sentence,
    },
    ...{ timeline: [began, over], state: 'resolved', since: from, until: to, unknownSince: null },
    ...{ excess: episode.excess, unit: episode.unit, yuan: episode.yuan },
  };
  const affected = episode.kind === 'silent' ? behind(device, registry) : [];
  const incident: Incident = {
    ...{ id: alert.incidentId, cause: device, probable: false, severity, place, affected, alerts: [alert.id] },
    sentence: withAffected(sentence, affected.length),
    timeline: [began, ...acked, over].toSorted((a, b) => a.at - b.at),
    ...{ state: 'resolved', since: from, until: to, assignee: null, silencedUntil: null },
    ...{ ackedBy: isSeen ? GUARD : null, ackedAt: isSeen ? seenAt : null },
  };
  return [putAlert(alert), putIncident(incident)];
}

const behind = (device: string, registry: Registry): string[] =>
  [...registry.devices.values()].filter(({ dependsOn }) => dependsOn.includes(device)).map(({ id }) => id);

function withAffected({ zh, en }: Text, count: number): Text {
  if (count === 0) return { zh, en };
  return {
    zh: `${zh}期间下面 ${count} 路监控情况不明。`,
    en: `${en} Meanwhile ${count} cameras behind it were unknown.`,
  };
}
