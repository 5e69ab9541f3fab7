/**
 * What a rule said live and what a back-test says of the same month is the same, through the whole product: messages
 * decoded, committed by the real store, judged from its commits with a clock that is moved by hand, kept as alerts;
 * then the back-test over what the store holds.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { calendarConfig } from '#contract/config/calendar.ts';
import { gatewayConfig } from '#contract/config/gateway.ts';
import type { Alert } from '#contract/http/alerts.ts';
import type { Reading } from '#contract/readings.ts';
import { nativeTopic } from '#contract/topics.ts';
import { type CampusInForce, hourPhases } from '../../src/campus-in-force.ts';
import { createDecoder } from '../../src/decode/decoder.ts';
import { createPollBook } from '../../src/decode/poll-book.ts';
import { createHealthBook } from '../../src/decode/profile-health.ts';
import { createHistory } from '../../src/history.ts';
import { createJudgement } from '../../src/judgement.ts';
import { createPipeline } from '../../src/pipeline.ts';
import { manualClock } from '../../src/shared/clock.ts';
import type { Frame, FrameOutcome } from '../../src/shared/frame.ts';
import { listAlerts, loadJudgeState } from '../../src/store/judge-records.ts';
import { openReadingStore } from '../../src/store/open-reading-store.ts';
import { openRecordsDb } from '../../src/store/open-records-db.ts';
import type { ReadingStore } from '../../src/store/reading-store.ts';
import type { RecordsDb } from '../../src/store/records-db.ts';
import { createSeriesDefiner } from '../../src/store/series-definer.ts';
import { campus as ruleCampus } from '../rules/campus.ts';
import { MONTH_RULES, monthOfReadings, withClocksAhead, withNoise } from '../rules/random-history.ts';
import { QUIET } from './quiet-log.ts';

const HOUR = 3_600_000;
const FROM = Date.parse('2026-09-20T00:00:00+08:00');
const TO = FROM + 30 * 24 * HOUR;
const SEED = Number(process.env['HOUQIN_SEED'] ?? 20_261_013);
const SETTLE_MS = 500;
/** So many readings come over a bad network, some twice. */
const NOISY = 10_000;

let dir: string;
let store: ReadingStore;
let records: RecordsDb;
const campus = campusInForce();

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'houqin-month-'));
  store = await openReadingStore({ dir, ...hourPhases(campus.calendar) });
  records = await openRecordsDb({ dir });
});
afterEach(async () => {
  await store.close();
  await records.close();
  await rm(dir, { recursive: true, force: true });
});

test('thirty days through the pipeline: the alerts that fired are the episodes of the back-test, word for word', async () => {
  console.info(`seed ${SEED} (HOUQIN_SEED)`);
  const definer = createSeriesDefiner(store, campus.config.registry);
  const alertAtEnd = await live(definer);

  const told = (await allAlerts()).filter((alert) => alert.state !== 'pending').map(alertAtEnd);
  const fired = told.map(({ rule, device, since, until, timeline, excess, unit, yuan, sentence }) => {
    const firing = timeline.find((line) => line.what === 'firing');
    return { rule, device, from: since, to: until, reason: firing?.why, excess, unit, yuan, sentence };
  });
  const history = createHistory({ store, definer, campus: () => campus });
  const episodes = await history.backtest({ rules: campus.config.rules, from: FROM, to: TO });

  expect(new Set(episodes.map((episode) => episode.kind)).size).toBe(5);
  expect(episodes.length).toBeGreaterThan(100);
  const sorted = <T extends { rule: string; device: string; from: number }>(list: readonly T[]): T[] =>
    list.toSorted((a, b) => a.from - b.from || `${a.rule}${a.device}`.localeCompare(`${b.rule}${b.device}`));
  expect(sorted(fired)).toEqual(
    sorted(
      episodes.map(({ rule, device, from, to, reason, excess, unit, yuan, sentence }) => ({
        ...{ rule, device, from, to, reason, excess, unit, yuan, sentence },
      })),
    ),
  );
}, 120_000);

/** Feeds the month as native JSON messages in order of arrival, an hour's worth at a time, ticking in between. */
async function live(definer: ReturnType<typeof createSeriesDefiner>): Promise<(alert: Alert) => Alert> {
  const clock = manualClock(FROM);
  const { config, calendar, decoder } = campus;
  const state = await loadJudgeState(records, FROM, randomUUID);
  const judgement = createJudgement({
    ...{ clock, config, calendar, records, state, log: QUIET, latest: [] },
    onJudged: (cursor) => void store.release(cursor),
  });
  store.onCommit(judgement.commit);
  const pipeline = createPipeline({
    ...{ clock, log: QUIET, store, records },
    decode: (frame) => decoder.decode(frame),
    heard: judgement.heard,
    repeated: judgement.repeated,
    storeDown: () => undefined,
    refused: () => undefined,
    define: definer.ensure,
    aside: () => undefined,
    send: () => undefined,
    remember: async () => true,
    blocked: () => undefined,
  });
  const month = withClocksAhead(monthOfReadings(rules(), FROM, TO, SEED), SEED);
  const readings = [...withNoise(month.slice(0, NOISY), SEED), ...month.slice(NOISY)];
  const seen = new Set<string>();
  const ahead = new Set<string>();
  let next = 0;
  for (let hour = FROM + HOUR; hour <= TO; hour += HOUR) {
    let underWay: Promise<FrameOutcome>[] = [];
    const settled = async (): Promise<void> => {
      for (const outcome of await Promise.all(underWay)) expect(outcome.kind).not.toBe('retry');
      underWay = [];
    };
    for (let reading = readings[next]; reading && reading.receivedAt < hour; next += 1, reading = readings[next]) {
      // As many at a time as one commit takes. What is sent again proves life when it comes, not an hour later; the
      // first of a series waits until the store knows it; and when readings came, which a clock ahead makes matter, a
      // commit tells to the millisecond only of the last 32 s.
      const isAhead = reading.ts > reading.receivedAt;
      const isAlone =
        isAhead || ahead.has(seriesOf(reading)) || seen.has(sampleOf(reading)) || !seen.has(seriesOf(reading));
      if (isAhead) ahead.add(seriesOf(reading));
      else ahead.delete(seriesOf(reading));
      seen.add(sampleOf(reading)).add(seriesOf(reading));
      if (isAlone) await settled();
      clock.set(reading.receivedAt);
      underWay.push(pipeline.onFrame(frameOf(reading)));
      if (isAlone) await settled();
    }
    await settled();
    clock.set(Math.min(hour, TO - 1 + SETTLE_MS));
    judgement.tick(clock.now());
  }
  clock.set(TO - 1 + SETTLE_MS);
  judgement.tick(clock.now());
  await judgement.close();
  await pipeline.flush();
  clock.set(TO);
  return judgement.alertNow;
}

const seriesOf = ({ device, metric }: Reading): string => `${device} ${metric}`;
const sampleOf = (reading: Reading): string => `${seriesOf(reading)} ${reading.ts}`;

function frameOf({ device, metric, ts, value, flags, receivedAt }: Reading): Frame {
  return {
    ...{
      topic: nativeTopic('main', device, 'readings'),
      payload: Buffer.from(JSON.stringify({ ts, [metric]: value })),
    },
    ...{ qos: 1, retain: false, replayed: flags !== 0, will: false, at: receivedAt },
    ...{ clientId: device, username: device, credential: 'device' },
  };
}

async function allAlerts(): Promise<Alert[]> {
  const found: Alert[] = [];
  let before: string | undefined;
  do {
    const page = await listAlerts(records, { before, limit: 500 });
    found.push(...page.items);
    before = page.nextCursor ?? undefined;
  } while (before !== undefined);
  return found;
}

function rules() {
  return ruleCampus(MONTH_RULES, { everyS: 600 });
}

function campusInForce(): CampusInForce {
  const { registry, calendar, tariffs, rules: list } = rules();
  return {
    calendar,
    decoder: createDecoder({ registry, profiles: [] }),
    polls: createPollBook(),
    profiles: [],
    health: createHealthBook(new Map()),
    config: {
      ...{ registry, tariffs, credentials: [], profileFiles: new Map(), holidaysCsv: undefined },
      gateway: gatewayConfig.parse({}),
      calendar: calendarConfig.parse({ placeProfiles: {} }),
      rules: { rules: [...list] },
    },
  };
}
