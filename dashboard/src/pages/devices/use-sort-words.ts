import { deviceKindText } from '../../i18n/device-kind.text.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { usePlaceName } from '../../ui/use-place-name.ts';
import { useProfileName } from '../../ui/use-profile-name.ts';
import type { SortWords } from './device-filters.ts';
import { devicesText } from './devices.text.ts';
import { useLastHeard } from './use-last-heard.ts';

/** Names as the table shows them. */
export function useSortWords(): SortWords {
  const kinds = useText(deviceKindText);
  const language = useLanguage();
  const placeName = usePlaceName();
  const profileName = useProfileName();
  const t = useText(devicesText);
  const { lastHeard } = useLastHeard();
  return {
    name: ({ name }) => pick(name, language),
    kind: ({ kind }) => kinds[kind],
    place: ({ place }) => placeName(place),
    profile: ({ profile }) => (profile === 'native' ? t.native : profileName(profile)),
    seen: lastHeard,
  };
}
