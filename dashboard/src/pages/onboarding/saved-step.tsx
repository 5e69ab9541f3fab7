import { Link } from '@tanstack/react-router';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useDevice } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { onboardingText } from './onboarding.text.ts';

export function SavedStep({ device, recovered }: { readonly device: string; readonly recovered: number }) {
  const t = useText(onboardingText);
  const language = useLanguage();
  const format = useFormat();
  const known = useDevice(device);
  return (
    <>
      <PageHead title={t.title} sentence={t.savedSentence(known ? pick(known.name, language) : device)} />
      <p className="onboard-saved">{recovered > 0 ? t.recovered(format.number(recovered)) : t.recoveredNone}</p>
      <div className="onboard-buttons">
        <Link to="/devices/$deviceId" params={{ deviceId: device }} className="button button-main">
          {t.openDevice}
        </Link>
        <Link to="/devices/labels" search={{ ids: device }} className="button">
          {t.label}
        </Link>
        <Link to="/devices/onboard" search={{}} className="button">
          {t.another}
        </Link>
      </div>
    </>
  );
}
