/** The figures of all parts, for /metrics. */
import { STORAGE_REASONS } from '#contract/enums.ts';
import type { Figures } from './api/gateway-metrics.ts';
import type { Broker } from './broker/broker-options.ts';
import type { RefusalBook } from './broker/refusal-book.ts';
import type { CameraWatch } from './camera-watch.ts';
import type { PollBook } from './decode/poll-book.ts';
import type { JobLanes } from './gateway-jobs.ts';
import type { Judgement } from './judgement.ts';
import type { KeptMessages } from './kept-messages.ts';
import type { Pipeline } from './pipeline.ts';
import type { StorageWatch } from './storage-watch.ts';
import type { ReadingStore } from './store/reading-store.ts';

interface FigureSources {
  readonly store: ReadingStore;
  readonly judgement: Judgement;
  readonly pipeline: Pipeline;
  readonly broker: Broker;
  readonly refusals: RefusalBook;
  readonly cameras: CameraWatch;
  readonly kept: KeptMessages;
  readonly polls: PollBook;
  readonly jobs: JobLanes;
  readonly storage: StorageWatch;
}

export async function gatewayFigures({
  store,
  judgement,
  pipeline,
  broker,
  refusals,
  cameras,
  kept,
  polls,
  jobs,
  storage,
}: FigureSources): Promise<Figures> {
  const { points, series, bytes, openPoints, sealedChunks, walBytes } = await store.stats();
  const { quarantined, ...counters } = pipeline.counters();
  const { cursor, unsaved, merged, firing, transitions } = judgement.stats();
  const { connections, preAuth, held, connects, received, retries, ...counted } = broker.stats();
  return {
    store_points: points,
    store_series: series,
    store_bytes: bytes,
    store_open_points: openPoints,
    store_sealed_chunks: sealedChunks,
    store_wal_bytes: walBytes,
    pipeline_events: { ...counters },
    pipeline_quarantined: quarantined,
    judge_lag_commits: (await store.head()) - cursor,
    judge_unsaved_events: unsaved,
    judge_merged_events: merged,
    judge_transitions: transitions,
    alerts_firing: firing,
    broker_now: { connections, pre_auth: preAuth, held },
    broker_total: { connects, received, retries },
    broker_outcomes: counted.outcomes,
    broker_refused: counted.refused,
    broker_pre_auth_closed: counted.preAuthClosed,
    broker_cut_off: counted.cutOff,
    broker_dropped: { 'over-rate': counted.rateLimited.dropped, 'queue-full': counted.queueDropped },
    broker_rate_pauses: counted.rateLimited.pauses,
    broker_oversize_payloads: counted.oversizePayloads,
    broker_retain_stripped: counted.retainStripped,
    broker_duplicates_qos2: counted.duplicatesQos2,
    refusal_book_dropped: refusals.dropped(),
    probe: cameras.figures(),
    kept_messages: kept.book.stats(),
    poll_total: { ...polls.counters() },
    jobs_short: { ...jobs.short.stats() },
    jobs_sums: { ...jobs.sums.stats() },
    loop_held_seconds: { ...jobs.loop.take() },
    jobs_long: { ...jobs.long.stats() },
    disk_free_mib: storage.freeMiB() ?? 0,
    storage_trouble: Object.fromEntries(
      STORAGE_REASONS.map((reason) => [reason, Number(storage.list().some((trouble) => trouble.reason === reason))]),
    ),
  };
}
