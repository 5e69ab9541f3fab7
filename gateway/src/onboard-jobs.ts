/** What the onboarding wizard has worked out on another thread: pure, from plain values to plain values. */
import type { PlaceConfig } from '#contract/config/campus.ts';
import type { DeviceConfig } from '#contract/config/devices.ts';
import type {
  DeviceRow,
  DeviceRowsResult,
  MessageFields,
  ProfileDraft,
  ProfilePreview,
  UnreadMember,
} from '#contract/http/onboarding.ts';
import type { ActionResult } from './api/api-deps.ts';
import { appendDevices } from './config/append-devices.ts';
import { type ConfigTexts, parseParts, withText } from './config/parse-config.ts';
import { describeMembers } from './onboarding/describe-members.ts';
import { describeMessage } from './onboarding/describe-message.ts';
import { deviceRows } from './onboarding/device-rows.ts';
import type { UnreadEntry } from './onboarding/unread-book.ts';
import { type BenchCampus, createProfileBench, type ProfileBench } from './profile-bench.ts';
import type { ConfigProblem } from './shared/loaded-config.ts';

/** A kept message; the same as the bench takes. */
export type KeptMessage = Parameters<ProfileBench['understood']>[0];

interface OnCampus {
  readonly campus: BenchCampus;
  /** Another one whenever the campus is: the profiles compiled for it are used again. */
  readonly version: number;
}

export interface OnboardJobs {
  describe(asked: OnCampus & { readonly message: KeptMessage; readonly others: readonly string[] }): MessageFields;
  describeMembers(entries: readonly UnreadEntry[]): UnreadMember[];
  tryLoaded(
    asked: OnCampus & { readonly profile: string; readonly messages: readonly KeptMessage[] },
  ): ActionResult<ProfilePreview>;
  tryDraft(
    asked: OnCampus & { readonly draft: ProfileDraft; readonly messages: readonly KeptMessage[] },
  ): ReturnType<ProfileBench['tryDraft']>;
  checkRows(asked: RowsAsked): CheckedRows;
}

export interface RowsAsked {
  readonly rows: readonly DeviceRow[];
  readonly places: readonly PlaceConfig[];
  readonly profiles: BenchCampus['profiles'];
  readonly texts: ConfigTexts;
}
export interface CheckedRows {
  readonly rows: DeviceRowsResult['rows'];
  /** Those of the rows, when all of them are clean. */
  readonly devices: readonly DeviceConfig[] | undefined;
}

export function onboardJobs(): OnboardJobs {
  let known: { readonly version: number; readonly bench: ProfileBench } | undefined;
  const benchOf = ({ campus, version }: OnCampus): ProfileBench => {
    if (known?.version !== version) known = { version, bench: createProfileBench(campus) };
    return known.bench;
  };
  return {
    describe: (asked) => {
      const { message, others } = asked;
      return { ...describeMessage({ ...message, others }), profiles: [...benchOf(asked).understood(message)] };
    },
    describeMembers,
    tryLoaded: (asked) => benchOf(asked).tryLoaded(asked.profile, asked.messages),
    tryDraft: (asked) => benchOf(asked).tryDraft(asked.draft, asked.messages),
    checkRows,
  };
}

/** A row may be wrong in several ways, and every row is told of its own. */
const MAX_PROBLEMS = 10_000;

function checkRows({ rows, places, profiles, texts }: RowsAsked): CheckedRows {
  const read = deviceRows(rows, { places, profiles });
  // Rows with errors too: others may have their ids, or depend on them.
  const drafts = read.flatMap(({ draft }) => (draft === null ? [] : [draft]));
  const byIndex = drafts.length === 0 ? new Map<number, ConfigProblem[]>() : problemsOf(drafts, texts);
  let index = -1;
  const checked = read.map(({ line, device, errors, draft, guessed }) => {
    if (draft === null) return { line, device: null, errors: [...errors] };
    index += 1;
    const told = new Set(errors.map(({ column }) => column));
    const more = (byIndex.get(index) ?? []).flatMap(({ path, message }) => {
      const column = /^devices\[\d+\]\.?([^.[]*)/.exec(path)?.[1] ?? '';
      // An id that stands twice is a device address that stands twice as well.
      if (guessed.has(column) || (column === 'priceClass' && guessed.has('kind')) || told.has(column)) return [];
      told.add(column);
      return [{ column: column === '' ? null : column, message }];
    });
    const all = [...errors, ...more];
    return { line, device: all.length > 0 ? null : device, errors: all };
  });
  const isClean = checked.every(({ errors }) => errors.length === 0);
  return { rows: checked, devices: isClean ? drafts : undefined };
}

/** What devices.yaml would be refused for, if these were added, by their place among them. */
function problemsOf(devices: readonly DeviceConfig[], texts: ConfigTexts): Map<number, ConfigProblem[]> {
  const text = texts.files.get('devices') ?? '';
  const result = parseParts(withText('devices', appendDevices(text, devices), texts), MAX_PROBLEMS);
  const found = new Map<number, ConfigProblem[]>();
  if (result.ok) return found;
  const before = parseParts(texts);
  const first = before.ok ? before.parts.devices.devices.length : 0;
  for (const problem of result.problems) {
    const index = Number(/^devices\[(\d+)\]/.exec(problem.path)?.[1] ?? Number.NaN) - first;
    if (!(index >= 0)) continue;
    const known = found.get(index);
    if (known === undefined) found.set(index, [problem]);
    else known.push(problem);
  }
  return found;
}
