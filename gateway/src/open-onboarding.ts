/** Kept messages, profiles that switch themselves off, entries of people: what is built before devices are let in, and after. */
import { readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { ProfileInfo } from '#contract/http/campus.ts';
import type { ActionResult, ApiDeps } from './api/api-deps.ts';
import type { CampusInForce } from './campus-in-force.ts';
import type { ConfigEdits } from './config/config-edits.ts';
import type { JobLanes } from './gateway-jobs.ts';
import type { History } from './history.ts';
import type { Judgement } from './judgement.ts';
import { type KeptMessages, openKeptMessages } from './kept-messages.ts';
import { createMeterEntries } from './meter-entries.ts';
import { createOnboarding } from './onboard.ts';
import { createUnreadBook, type UnreadBook } from './onboarding/unread-book.ts';
import type { Pipeline } from './pipeline.ts';
import { openProfileSwitch, type ProfileSwitch } from './profile-switch.ts';
import type { Clock } from './shared/clock.ts';
import type { Closers } from './shared/closers.ts';
import type { Log } from './shared/log.ts';
import type { ReadingStore } from './store/reading-store.ts';
import type { RecordsDb } from './store/records-db.ts';

interface Parts {
  readonly clock: Clock;
  readonly log: Log;
  readonly closers: Closers;
  readonly store: ReadingStore;
  readonly records: RecordsDb;
  readonly judgement: Judgement;
  readonly history: History;
  campus(): CampusInForce;
}

export interface Strangers {
  readonly kept: KeptMessages;
  readonly unread: UnreadBook;
  readonly profileSwitch: ProfileSwitch;
}

/** To be open before the first frame comes. */
export async function openStrangers({ history, ...parts }: Parts): Promise<Strangers> {
  const profileSwitch = await openProfileSwitch(parts);
  const kept = await openKeptMessages({ ...parts, importReadings: history.importReadings });
  return { kept, profileSwitch, unread: createUnreadBook() };
}

type Deps = Pick<ApiDeps, 'onboarding' | 'meterEntries' | 'profiles'>;

/** What the api offers of it. Entries whose readings did not reach the disk before a restart do so now. */
export function onboardingDeps(
  parts: Parts & Strangers & { readonly pipeline: Pipeline; readonly edits: ConfigEdits; readonly jobs: JobLanes },
): Deps {
  const { kept, unread, profileSwitch, campus, edits, jobs, history, pipeline, log } = parts;
  const entries = createMeterEntries({ ...parts, admit: pipeline.admit, importReadings: history.importReadings });
  const again = (error: unknown): void =>
    log.warn({ err: error }, 'readings of register swaps could not be checked; done at the next start');
  void entries.restoreSwaps().catch(again);
  void kept.takeIn();
  const profiles = (): ProfileInfo[] => profileInfos(campus());
  return {
    profiles,
    meterEntries: entries,
    onboarding: {
      ...createOnboarding({ kept, unread, edits, work: jobs.short, campus }),
      async enableProfile(id): Promise<ActionResult<ProfileInfo>> {
        const found = profiles().find((profile) => profile.id === id);
        if (found === undefined)
          return { ok: false, status: 404, zh: `没有模板 ${id}。`, en: `There is no profile ${id}.` };
        if (!profileSwitch.enable(id))
          return { ok: false, status: 409, zh: `模板 ${id} 没有停用。`, en: `Profile ${id} is not switched off.` };
        await kept.takeIn();
        return { ok: true, value: profiles().find((profile) => profile.id === id) ?? found };
      },
    },
  };
}

/** Every profile that comes with the product has golden vectors in it, under its own name. */
const SHIPPED: ReadonlySet<string> = new Set(
  readdirSync(resolve(import.meta.dirname, '../contract/vectors'))
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json')),
);

function profileInfos({ profiles, health: book }: CampusInForce): ProfileInfo[] {
  const health = new Map(book.health().map((entry) => [entry.id, entry]));
  return profiles.map(({ id, name, matches }) => {
    const { decoded = 0, failed = 0, disabled = false, disabledAt, lastFailure } = health.get(id) ?? {};
    return {
      ...{ id, name: { ...name }, matches: [...matches], builtIn: SHIPPED.has(id), decoded, failed, disabled },
      ...{ disabledAt: disabledAt ?? null, lastFailure: lastFailure ?? null },
    };
  });
}
