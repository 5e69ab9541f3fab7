/** The lanes of long work: short jobs that a person waits for, sums, and back-tests, which must not keep those waiting. */
import type { PlaceConfig } from '#contract/config/campus.ts';
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { ApiDeps, BodyAsked, BodyRead, RulesRead } from './api/api-deps.ts';
import { type BacktestJobs, type BacktestSources, createBacktest } from './backtest-job.ts';
import type { ConfigWork } from './config/config-work.ts';
import type { DeviceEdit, DeviceEdited } from './config/edit-device.ts';
import type { LoginChange } from './config/edit-logins.ts';
import type { ConfigTexts, PartsResult } from './config/parse-config.ts';
import type { DeviceFields } from './config/set-device-fields.ts';
import type { Edited } from './config/verified-edit.ts';
import type { ConsumptionJobs } from './consumption-job.ts';
import { type LoopHeld, watchLoop } from './loop-held.ts';
import type { OnboardJobs } from './onboard-jobs.ts';
import { type JobLane, openJobLane } from './shared/job-lane.ts';

export interface GatewayJobs extends OnboardJobs {
  check(texts: ConfigTexts): PartsResult;
  append(asked: { readonly text: string; readonly devices: readonly DeviceConfig[] }): string;
  appendPlace(asked: { readonly text: string; readonly place: PlaceConfig }): string;
  editDevice(asked: { readonly text: string; readonly edit: DeviceEdit }): DeviceEdited;
  editLogins(asked: { readonly text: string; readonly change: LoginChange }): Edited;
  setSerial(asked: { readonly text: string; readonly id: string; readonly serial: string }): Edited;
  setFields(asked: { readonly text: string; readonly id: string; readonly fields: DeviceFields }): Edited;
  readRules(yaml: string): RulesRead;
  readBody(asked: BodyAsked): BodyRead;
}

export interface JobLanes {
  /** What is left on this thread. */
  readonly loop: LoopHeld;
  /** Sums of consumption: many people look at them at once. */
  readonly sums: JobLane<ConsumptionJobs>;
  readonly short: JobLane<GatewayJobs>;
  readonly long: JobLane<BacktestJobs>;
  readonly config: ConfigWork;
  close(): Promise<void>;
}

const FILE = new URL('./jobs-worker.ts', import.meta.url);
const SHORT = { maxWaiting: 16, timeoutMs: 20_000, memoryMiB: 384 };
const SUMS = { maxWaiting: 64, timeoutMs: 60_000, memoryMiB: 384 };
const LONG = { maxWaiting: 4, timeoutMs: 600_000, memoryMiB: 512 };

export function openJobLanes(): JobLanes {
  const short = openJobLane<GatewayJobs>({ file: FILE, ...SHORT });
  const long = openJobLane<BacktestJobs>({ file: FILE, ...LONG });
  const sums = openJobLane<ConsumptionJobs>({ file: FILE, ...SUMS });
  const loop = watchLoop();
  return {
    loop,
    sums,
    short,
    long,
    config: {
      // Also what the folder is checked with after a change, which must not be lost because people ask much.
      check: (texts) => short.run('check', texts, { always: true }),
      append: (text, devices) => short.run('append', { text, devices }),
      appendPlace: (text, place) => short.run('appendPlace', { text, place }),
      editDevice: (text, edit) => short.run('editDevice', { text, edit }),
      editLogins: (text, change) => short.run('editLogins', { text, change }),
      setSerial: (text, id, serial) => short.run('setSerial', { text, id, serial }),
      setFields: (text, id, fields) => short.run('setFields', { text, id, fields }),
    },
    close: async () => {
      loop.stop();
      await Promise.all([short.close(), long.close(), sums.close()]);
    },
  };
}

type JobDeps = Pick<ApiDeps, 'backtest' | 'readRules' | 'readBody'>;

/** What the api offers of it. */
export function jobDeps({ jobs, ...sources }: BacktestSources & { readonly jobs: JobLanes }): JobDeps {
  const { short, long } = jobs;
  return {
    backtest: createBacktest(sources, long),
    readRules: (yaml, signal) => short.run('readRules', yaml, { signal }),
    readBody: (asked, signal) => short.run('readBody', asked, { signal }),
  };
}
