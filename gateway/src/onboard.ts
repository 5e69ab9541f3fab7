/** 接入向导, put together: strange messages, what they may mean, a draft tried out on them, and what it becomes in the config. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Text } from '#contract/enums.ts';
import type {
  DeviceRowsResult,
  KeptPayload,
  MessageFields,
  Onboarded,
  ProfileDraft,
  ProfilePreview,
  StrangeTopic,
  Unread,
} from '#contract/http/onboarding.ts';
import type { ActionResult, ApiDeps } from './api/api-deps.ts';
import type { CampusInForce } from './campus-in-force.ts';
import type { ConfigEdits } from './config/config-edits.ts';
import type { KeptMessages } from './kept-messages.ts';
import type { KeptMessage, OnboardJobs } from './onboard-jobs.ts';
import { draftAddress } from './onboarding/draft-profile.ts';
import { shownPayload } from './onboarding/shown-payload.ts';
import type { UnreadBook, UnreadEntry } from './onboarding/unread-book.ts';
import { unseenFields } from './onboarding/unseen-fields.ts';
import type { BenchCampus } from './profile-bench.ts';
import type { JobLane } from './shared/job-lane.ts';

export interface OnboardParts {
  readonly kept: KeptMessages;
  readonly unread: Pick<UnreadBook, 'of' | 'devices' | 'seen'>;
  readonly edits: ConfigEdits;
  /** Where what takes long is worked out. */
  readonly work: Pick<JobLane<OnboardJobs>, 'run'>;
  campus(): CampusInForce;
}

type Onboarding = Omit<ApiDeps['onboarding'], 'enableProfile'>;

export function createOnboarding({ kept, unread, edits, work, campus }: OnboardParts): Onboarding {
  const benchCampus = numbered(campus);
  const shown = new WeakMap<object, KeptPayload>();
  const framesOf = (topic: string): KeptMessage[] =>
    (kept.book.topic(topic)?.frames ?? []).map(({ topic: on, payload, at, from }) => ({
      topic: on,
      payload,
      at,
      from,
    }));

  /** Without what devices.yaml says by now; its next message takes that off the book. */
  const unreadOf = (device: string): readonly UnreadEntry[] => {
    const { fields = {} } = campus().config.registry.devices.get(device) ?? {};
    return unread.of(device).filter(({ name }) => !Object.hasOwn(fields, name));
  };

  const strange = (): StrangeTopic[] =>
    [...kept.book.topics()]
      // A device that is known and out of use is taken into use again on its own page.
      .filter(({ isStrange, reason }) => isStrange && reason !== 'refused' && reason !== 'device-retired')
      .sort((a, b) => b.lastAt - a.lastAt)
      .map(({ latest, frames, isStrange: _, ...head }) => {
        const seen = shown.get(latest) ?? shownPayload(latest.payload, latest.at, latest.bytes);
        shown.set(latest, seen);
        return { ...head, latest: seen, kept: frames.length };
      });

  return {
    topics: strange,
    frames: (topic, limit) =>
      framesOf(topic)
        .slice(-limit)
        .reverse()
        .map(({ payload, at }) => shownPayload(payload, at, payload.length)),
    async fields(topic, signal): Promise<ActionResult<MessageFields>> {
      const found = kept.book.topic(topic);
      if (found === undefined) return NO_TOPIC;
      const { payload, at } = found.latest;
      const others = [...kept.book.topics()].flatMap((one) => (one.topic === topic ? [] : [one.topic]));
      const asked = { ...benchCampus(), message: { topic, payload, at }, others };
      return { ok: true, value: await work.run('describe', asked, { signal }) };
    },
    announced: () => {
      const { registry } = campus().config;
      const isKnown = (profile: string, address: string): boolean =>
        registry.byAddress(profile, address, '') !== undefined || registry.retiredAt(profile, address) !== undefined;
      return kept.announced().filter(({ profile, address }) => !isKnown(profile, address));
    },
    async unread(device, signal): Promise<ActionResult<Unread>> {
      const found = campus().config.registry.devices.get(device);
      if (found === undefined) return noDevice(device);
      const entries = unreadOf(device);
      const items = entries.length === 0 ? [] : await work.run('describeMembers', entries, { signal });
      return { ok: true, value: { items, unseen: unseenFields(found, unread.seen(device)) } };
    },
    unreadDevices: () =>
      unread.devices().flatMap((device) => {
        const entries = unreadOf(device);
        const [newest] = entries;
        return newest === undefined ? [] : [{ device, members: entries.length, lastAt: newest.at }];
      }),
    async setFields(device, { fields }, who): Promise<ActionResult<{ readonly saved: number }>> {
      if (!campus().config.registry.devices.has(device)) return noDevice(device);
      const saved = await edits.setFields(device, fields, who);
      return saved.ok ? { ok: true, value: { saved: Object.keys(fields).length } } : saved;
    },
    async preview({ topic, use }, signal): Promise<ActionResult<ProfilePreview>> {
      if (kept.book.topic(topic) === undefined) return NO_TOPIC;
      const asked = { ...benchCampus(), messages: framesOf(topic) };
      if ('profile' in use) return work.run('tryLoaded', { ...asked, profile: use.profile }, { signal });
      const { preview } = await work.run('tryDraft', { ...asked, draft: use.draft }, { signal });
      return { ok: true, value: preview };
    },
    async onboard({ draft, device }, who): Promise<ActionResult<Onboarded>> {
      const asked = draft === undefined ? device : drafted(draft, device);
      const before = kept.recovered(asked.id);
      const added = draft === undefined ? await edits.addDevices([asked], who) : await addDraft(draft, asked, who);
      if (!added.ok) return added;
      return {
        ok: true,
        value: { device: asked.id, profile: asked.profile, recovered: kept.recovered(asked.id) - before },
      };
    },
    async importRows(rows, dryRun, who, signal): Promise<ActionResult<DeviceRowsResult>> {
      const { places } = campus().config.registry.campus;
      const asked = { rows, places, profiles: benchCampus().campus.profiles, texts: await edits.texts() };
      const { rows: checked, devices } = await work.run('checkRows', asked, { signal });
      if (dryRun || devices === undefined) return { ok: true, value: { added: 0, rows: checked } };
      const added = await edits.addDevices(devices, who);
      return added.ok ? { ok: true, value: { added: added.value.added, rows: checked } } : added;
    },
  };

  async function addDraft(
    draft: ProfileDraft,
    device: DeviceConfig,
    who: string,
  ): Promise<ActionResult<{ readonly added: number }>> {
    const asked = { ...benchCampus(), draft, messages: framesOf(draft.topic) };
    const { preview, file } = await work.run('tryDraft', asked);
    if (preview.problems.length > 0 || preview.yaml === null) return notDrafted(preview.problems);
    return edits.addWithProfile({ file, text: preview.yaml }, device, who);
  }
}

/** The campus in force for the bench, with a number that changes with it. */
function numbered(campus: () => CampusInForce): () => { readonly campus: BenchCampus; readonly version: number } {
  let last: CampusInForce | undefined;
  let version = 0;
  return () => {
    const now = campus();
    if (now !== last) version += 1;
    last = now;
    const profiles = now.profiles.map(({ id, name, file }) => ({ id, name: { ...name }, file }));
    const { registry, profileFiles } = now.config;
    return { campus: { profiles, files: profileFiles, timeZone: registry.campus.timeZone }, version };
  };
}

/** The device of a draft is decoded by it, under the name that the topic gives it. */
function drafted(draft: ProfileDraft, device: DeviceConfig): DeviceConfig {
  return { ...device, profile: draft.id, address: device.address ?? draftAddress(draft) };
}

const noDevice = (device: string): ActionResult<never> & { readonly ok: false } => ({
  ...{ ok: false, status: 404, zh: `没有设备 ${device}。`, en: `There is no device ${device}.` },
});

const NO_TOPIC: ActionResult<never> & { readonly ok: false } = {
  ok: false,
  status: 404,
  zh: '没有保留这个主题的报文；可能已经接入，或者很久没有来过。',
  en: 'No message of this topic is kept; it may have been brought in, or has not come for long.',
};

function notDrafted(problems: readonly Text[]): ActionResult<never> {
  return {
    ...{ ok: false, status: 422 },
    zh: `模板还不能保存：${problems.map(({ zh }) => zh).join(' ')}`,
    en: `The profile cannot be saved yet: ${problems.map(({ en }) => en).join(' ')}`,
  };
}
