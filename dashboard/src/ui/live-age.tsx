import type { Incident } from '#contract/http/alerts.ts';
import { commonText } from '../i18n/common.text.ts';
import { useText } from '../i18n/use-text.ts';
import { type Format, isoTime } from '../lib/format.ts';
import { useGatewayNow } from '../live/use-live.ts';
import { useFormat } from './format-context.tsx';

type Words = (typeof commonText)['zh'];

/** How long ago `at` was in words: 3 秒前, 刚刚. Both times by the gateway's clock. */
export function agoInWords(at: number, now: number, t: Words, format: Pick<Format, 'age'>): string {
  const age = now - at;
  return age < 1_000 ? t.justNow : t.ago(format.age(age));
}

/** How long ago `at` (epoch ms by the gateway's clock) was, counting on by itself: 3 秒前. */
export function LiveAge({ at }: { readonly at: number | null }) {
  const t = useText(commonText);
  const format = useFormat();
  const now = useGatewayNow();
  if (at === null) return <span>{t.never}</span>;
  return <time dateTime={isoTime(at)}>{agoInWords(at, now, t, format)}</time>;
}

/** A length in words that counts on by itself until `until`: every duration of a page is worked out here, by one clock. */
export function useDuration(at: number, until: number | null = null): string {
  const format = useFormat();
  const now = useGatewayNow();
  return format.duration(Math.max(0, (until ?? now) - at));
}

interface DurationProps {
  readonly at: number;
  /** When it ended; null while it goes on. */
  readonly until?: number | null;
}

/** How long something has been going on since `at`, or went on until it ended: 3 小时 5 分钟. */
export function LiveDuration({ at, until = null }: DurationProps) {
  return <time dateTime={isoTime(at)}>{useDuration(at, until)}</time>;
}

/** How long an incident or an alert lasts, as its sentence has it: it stands still while the condition is gone or out of sight. */
export function Lasting({ of }: { readonly of: Pick<Incident, 'since' | 'until' | 'heldUntil'> }) {
  return <LiveDuration at={of.since} until={of.until ?? of.heldUntil ?? null} />;
}
