import { useQuery } from '@tanstack/react-query';
import type { DeviceKind } from '#contract/enums.ts';
import { tagName } from '#contract/tags.ts';
import { rulesWatchingQuery } from '../../api/onboarding-queries.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { entryText } from './entry.text.ts';

interface WatchingProps {
  readonly kind: DeviceKind;
  readonly place: string;
  readonly tags: readonly string[];
  readonly device?: string;
  readonly onTag: (tag: string) => void;
}

/** Which rules will look at a device of these settings, and which would with a tag more. */
export function RulesWatching({ kind, place, tags, device, onTag }: WatchingProps) {
  const t = useText(entryText);
  const language = useLanguage();
  const { data } = useQuery({
    ...rulesWatchingQuery({ kind, place, tags: tags.join(','), device }),
    enabled: place !== '',
  });
  if (place === '' || data === undefined) return null;
  const watching = data.filter(({ watches }) => watches);
  const nearly = data.flatMap(({ id, name, missingTags: [tag, ...more] }) =>
    tag === undefined || more.length > 0 ? [] : [{ id, name, tag }],
  );
  return (
    <div className="rules-watching" role="status">
      <p className={watching.length === 0 ? 'rules-watching-none' : 'soft small'}>
        {watching.length === 0
          ? t.watchingNone
          : t.watching(watching.map(({ name }) => pick(name, language)).join(t.comma))}
      </p>
      {nearly.map(({ id, name, tag }) => (
        <button key={id} type="button" className="button button-quiet" onClick={() => onTag(tagName(tag, language))}>
          {t.withTag(tagName(tag, language), pick(name, language))}
        </button>
      ))}
    </div>
  );
}
