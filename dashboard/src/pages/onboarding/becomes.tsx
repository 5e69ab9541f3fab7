import { useSay } from '../../charts/use-say.ts';
import { useText } from '../../i18n/use-text.ts';
import type { Scalar } from './message-lines.ts';
import { pickText } from './onboarding.text.ts';
import { type Pick, recordedAs } from './pick.ts';

/** What the value of a message would be recorded as, in words. */
export function Becomes({ pick, sample }: { readonly pick: Pick; readonly sample: Scalar }) {
  const t = useText(pickText);
  const say = useSay(pick.metric);
  const value = recordedAs(pick, sample);
  return (
    <span className={value === undefined ? 'becomes-not' : ''}>{value === undefined ? t.notUsable : say(value)}</span>
  );
}
