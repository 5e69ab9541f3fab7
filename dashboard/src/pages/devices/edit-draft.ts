/** A device's settings as typed, and the change they ask for. */
import type { Device, DevicePatch } from '#contract/http/campus.ts';
import { tagName, tagsOf } from '#contract/tags.ts';
import { ApiError } from '../../api/http.ts';
import type { Language } from '../../i18n/language.ts';
import { wordsOf } from '../../lib/words-of.ts';
import type { manageText } from './manage.text.ts';

export interface EditDraft {
  readonly nameZh: string;
  readonly nameEn: string;
  readonly place: string;
  readonly custodian: string;
  readonly intervalS: string;
  /** Separated by commas. */
  readonly tags: string;
  readonly dependsOn: readonly string[];
}

export type EditProblems = Partial<Record<keyof EditDraft, string>>;

/** @param language of the tags a school did not write itself */
export function editDraft(
  { name, place, custodian, intervalS, tags, dependsOn }: Device,
  language: Language,
): EditDraft {
  return {
    ...{ nameZh: name.zh, nameEn: name.en, place, custodian: custodian ?? '', intervalS: String(intervalS) },
    tags: tags.map((tag) => tagName(tag, language)).join(', '),
    dependsOn,
  };
}

/** A name in one language stands for both. */
function settingsOf(draft: EditDraft): Omit<Required<DevicePatch['change']>, 'retired'> {
  const [zh, en] = [draft.nameZh.trim(), draft.nameEn.trim()];
  return {
    name: { zh: zh || en, en: en || zh },
    place: draft.place,
    custodian: draft.custodian.trim() || null,
    intervalS: Number(draft.intervalS),
    tags: tagsOf(wordsOf(draft.tags)),
    dependsOn: [...draft.dependsOn],
  };
}

/** Only what is another than before; undefined: nothing is. */
export function patchOf(before: Device, draft: EditDraft): DevicePatch | undefined {
  const next = settingsOf(draft);
  const was = settingsOf(editDraft(before, 'zh'));
  const changed = (Object.keys(next) as (keyof typeof next)[]).filter(
    (key) => JSON.stringify(next[key]) !== JSON.stringify(was[key]),
  );
  const only = (settings: typeof next) => Object.fromEntries(changed.map((key) => [key, settings[key]]));
  return changed.length === 0 ? undefined : { change: only(next), was: only(was) };
}

export function editProblems(draft: EditDraft, t: (typeof manageText)['zh']): EditProblems {
  const interval = Number(draft.intervalS);
  return {
    ...(draft.nameZh.trim() === '' && draft.nameEn.trim() === '' ? { nameZh: t.nameMissing } : {}),
    ...(interval > 0 && interval <= 604_800 ? {} : { intervalS: t.intervalBad }),
  };
}

const FIELDS: readonly (readonly [RegExp, keyof EditDraft])[] = [
  [/^(?:body\.change\.)?name\.en/, 'nameEn'],
  [/^(?:body\.change\.)?name/, 'nameZh'],
  [/^(?:body\.change\.)?place/, 'place'],
  [/^(?:body\.change\.)?custodian/, 'custodian'],
  [/^(?:body\.change\.)?intervalS/, 'intervalS'],
  [/^(?:body\.change\.)?tags/, 'tags'],
  [/^(?:body\.change\.)?dependsOn/, 'dependsOn'],
];

/** What the gateway refused, at the field it is about. */
export function refusedAt(error: unknown, language: Language): EditProblems {
  const found: EditProblems = {};
  if (!(error instanceof ApiError)) return found;
  for (const { path, message } of error.problem?.errors ?? []) {
    const field = FIELDS.find(([pattern]) => pattern.test(path))?.[1];
    if (field !== undefined) found[field] ??= inLanguage(message, language);
  }
  return found;
}

/** Of `中文 / English` the half that is wanted. */
function inLanguage(message: string, language: Language): string {
  const halves = /^(.*?[\u3400-\u9fff].*?) \/ (.*)$/s.exec(message);
  return (language === 'zh' ? halves?.[1] : halves?.[2]) ?? message;
}
