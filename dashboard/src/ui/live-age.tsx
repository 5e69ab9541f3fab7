import { commonText } from '../i18n/common.text.ts';
import { useText } from '../i18n/use-text.ts';
import { isoTime } from '../lib/format.ts';
import { useGatewayNow } from '../live/use-live.ts';
import { useFormat } from './format-context.tsx';

/** How long ago `at` (epoch ms by the gateway's clock) was, counting on by itself: 3 秒前. */
export function LiveAge({ at }: { readonly at: number | null }) {
  const t = useText(commonText);
  const format = useFormat();
  const now = useGatewayNow();
  if (at === null) return <span>{t.never}</span>;
  const age = now - at;
  return <time dateTime={isoTime(at)}>{age < 1_000 ? t.justNow : t.ago(format.age(age))}</time>;
}

/** How long something has been going on since `at`: 3 小时 5 分钟. */
export function LiveDuration({ at }: { readonly at: number }) {
  const format = useFormat();
  const now = useGatewayNow();
  return <time dateTime={isoTime(at)}>{format.duration(now - at)}</time>;
}
