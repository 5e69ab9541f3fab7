import { TIME_UNITS } from '#contract/enums.ts';
import type { MessageFields, ProfileDraft } from '#contract/http/onboarding.ts';

/**
 * A draft of everything that is proposed for a message; without picks when nothing is and its numbers can only keep their
 * names; undefined when its bytes are no text, or it has no fields.
 */
export function suggestDraft(
  id: string,
  topic: string,
  { decode, fields, times, deviceLevel }: Omit<MessageFields, 'profiles'>,
): ProfileDraft | undefined {
  const picks = fields.flatMap(({ path, metric, scale, map }) =>
    metric === null ? [] : [{ path, metric, ...(scale === null ? {} : { scale }), ...(map === null ? {} : { map }) }],
  );
  const [time] = times;
  if (decode === 'binary' || (picks.length === 0 && decode !== 'json')) return undefined;
  const ts = time === undefined ? undefined : TIME_UNITS.find((unit) => unit === time.unit);
  return {
    ...{ id, name: id, topic, deviceLevel, decode, picks },
    ...(time === undefined || ts === undefined ? {} : { ts: { path: time.path, unit: ts } }),
  };
}
