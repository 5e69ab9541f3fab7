/** 接入向导, put together: strange messages, what they may mean, a draft tried out on them, and what it becomes in the config. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Text } from '#contract/enums.ts';
import type {
  DeviceRow,
  DeviceRowsResult,
  KeptPayload,
  MessageFields,
  Onboarded,
  ProfileDraft,
  ProfilePreview,
  StrangeTopic,
} from '#contract/http/onboarding.ts';
import type { ActionResult, ApiDeps } from './api/api-deps.ts';
import type { CampusInForce } from './campus-in-force.ts';
import type { ConfigEdits } from './config/config-edits.ts';
import type { KeptMessages } from './kept-messages.ts';
import { describeMessage } from './onboarding/describe-message.ts';
import { deviceRows } from './onboarding/device-rows.ts';
import { draftAddress } from './onboarding/draft-profile.ts';
import { shownPayload } from './onboarding/shown-payload.ts';
import { createProfileBench } from './profile-bench.ts';

export interface OnboardParts {
  readonly kept: KeptMessages;
  readonly edits: ConfigEdits;
  campus(): CampusInForce;
}

type Onboarding = Omit<ApiDeps['onboarding'], 'enableProfile'>;

export function createOnboarding({ kept, edits, campus }: OnboardParts): Onboarding {
  const bench = createProfileBench(campus);
  const shown = new WeakMap<object, KeptPayload>();
  const framesOf = (topic: string) => kept.book.topic(topic)?.frames ?? [];

  const strange = (): StrangeTopic[] =>
    [...kept.book.topics()]
      .filter(({ isStrange }) => isStrange)
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
    fields: (topic): ActionResult<MessageFields> => {
      const found = kept.book.topic(topic);
      if (found === undefined) return NO_TOPIC;
      const { payload, at } = found.latest;
      const others = [...kept.book.topics()].flatMap((one) => (one.topic === topic ? [] : [one.topic]));
      const described = describeMessage({ topic, payload, at, others });
      return { ok: true, value: { ...described, profiles: bench.understood({ topic, payload, at }) } };
    },
    announced: () => {
      const { registry } = campus().config;
      return kept.announced().filter(({ profile, address }) => registry.byAddress(profile, address, '') === undefined);
    },
    preview: ({ topic, use }): ActionResult<ProfilePreview> => {
      if (kept.book.topic(topic) === undefined) return NO_TOPIC;
      if ('profile' in use) return bench.tryLoaded(use.profile, framesOf(topic));
      return { ok: true, value: bench.tryDraft(use.draft, framesOf(topic)).preview };
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
    importRows: (rows, dryRun, who) => importRows(rows, dryRun, who, campus(), edits),
  };

  async function addDraft(
    draft: ProfileDraft,
    device: DeviceConfig,
    who: string,
  ): Promise<ActionResult<{ readonly added: number }>> {
    const { preview, file } = bench.tryDraft(draft, framesOf(draft.topic));
    if (preview.problems.length > 0 || preview.yaml === null) return notDrafted(preview.problems);
    return edits.addWithProfile({ file, text: preview.yaml }, device, who);
  }
}

/** The device of a draft is decoded by it, under the name that the topic gives it. */
function drafted(draft: ProfileDraft, device: DeviceConfig): DeviceConfig {
  return { ...device, profile: draft.id, address: device.address ?? draftAddress(draft) };
}

async function importRows(
  rows: readonly DeviceRow[],
  dryRun: boolean,
  who: string,
  campus: CampusInForce,
  edits: ConfigEdits,
): Promise<ActionResult<DeviceRowsResult>> {
  const { registry } = campus.config;
  const profiles = campus.profiles.map(({ id, name }) => ({ id, name }));
  const read = deviceRows(rows, { places: registry.campus.places, profiles });
  const devices = read.flatMap(({ device }) => (device === null ? [] : [device]));
  const { first, problems } = devices.length === 0 ? { first: 0, problems: [] } : await edits.checkDevices(devices);
  const lines = read.filter(({ device }) => device !== null);
  const checked = read.map((row) => {
    const index = first + lines.indexOf(row);
    const errors = problems.flatMap(({ path, message }) => {
      const found = /^devices\[(\d+)\]\.?([^.[]*)/.exec(path);
      return found !== null && row.device !== null && Number(found[1]) === index
        ? [{ column: found[2] === '' ? null : (found[2] ?? null), message }]
        : [];
    });
    return { line: row.line, device: errors.length > 0 ? null : row.device, errors: [...row.errors, ...errors] };
  });
  const isClean = checked.every(({ errors }) => errors.length === 0);
  if (dryRun || !isClean) return { ok: true, value: { added: 0, rows: checked } };
  const added = await edits.addDevices(devices, who);
  return added.ok ? { ok: true, value: { added: added.value.added, rows: checked } } : added;
}

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
