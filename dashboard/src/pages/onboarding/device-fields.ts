/** What is wrong with the device as typed, per field, in words; and where a refusal of the gateway belongs. */
import { ID_PATTERN } from '#contract/topics.ts';
import { ApiError } from '../../api/http.ts';
import type { DeviceFieldName, FilledDevice } from './onboard-draft.ts';
import type { onboardDeviceText } from './onboarding.text.ts';

export type FieldProblems = Partial<Record<DeviceFieldName, string>>;

interface Known {
  /** Name of the device that has this id, if any. */
  readonly nameOf: (id: string) => string | undefined;
}

export function deviceProblems(
  fields: FilledDevice,
  { nameOf }: Known,
  t: (typeof onboardDeviceText)['zh'],
): FieldProblems {
  const interval = Number(fields.intervalS);
  const owner = nameOf(fields.id.trim());
  const isMeter = fields.kind === 'electricity-meter' || fields.kind === 'water-meter';
  const digits = Number(fields.digits);
  const hasDigits = isMeter && fields.digits.trim() !== '';
  const ratioBad = (text: string): boolean =>
    fields.kind === 'electricity-meter' && text.trim() !== '' && !(Number(text) > 0 && Number(text) <= 100_000);
  return {
    ...(fields.name.trim() === '' ? { name: t.nameMissing } : {}),
    ...(!ID_PATTERN.test(fields.id.trim()) ? { id: t.idBad } : owner === undefined ? {} : { id: t.idTaken(owner) }),
    ...(fields.place === '' ? { place: t.placeMissing } : {}),
    ...(interval > 0 && interval <= 604_800 ? {} : { intervalS: t.intervalBad }),
    ...(hasDigits && !(Number.isInteger(digits) && digits >= 3 && digits <= 15) ? { digits: t.digitsBad } : {}),
    ...(ratioBad(fields.ct) ? { ct: t.ratioBad } : {}),
    ...(ratioBad(fields.pt) ? { pt: t.ratioBad } : {}),
  };
}

const fieldOfPath: readonly (readonly [RegExp, DeviceFieldName])[] = [
  [/(^|\.)device\.id$/, 'id'],
  [/(^|\.)device\.name/, 'name'],
  [/(^|\.)device\.kind$/, 'kind'],
  [/(^|\.)device\.place$/, 'place'],
  [/(^|\.)device\.custodian$/, 'custodian'],
  [/(^|\.)device\.tags/, 'tags'],
  [/(^|\.)device\.dependsOn/, 'dependsOn'],
  [/(^|\.)device\.intervalS$/, 'intervalS'],
  [/(^|\.)device\.register/, 'digits'],
  [/(^|\.)device\.ratio\.pt$/, 'pt'],
  [/(^|\.)device\.ratio/, 'ct'],
  [/(^|\.)draft\.(id|name)$/, 'profileName'],
];

/** What the gateway refused, at the field it is about. */
export function refusedFields(error: unknown): FieldProblems {
  if (!(error instanceof ApiError)) return {};
  const found: FieldProblems = {};
  for (const { path, message } of error.problem?.errors ?? []) {
    const field = fieldOfPath.find(([pattern]) => pattern.test(path))?.[1];
    if (field !== undefined) found[field] ??= message;
  }
  return found;
}
