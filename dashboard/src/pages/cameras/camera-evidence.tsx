import type { Device } from '#contract/http/campus.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { LiveAge } from '../../ui/live-age.tsx';
import { useProbe } from '../../ui/use-probe.ts';
import { isNetworkOut } from './camera-status.ts';
import { camerasText } from './cameras.text.ts';

/** Why a camera that the gateway looks for is judged as it is. Bad news stands open; good news is a key press away. */
export function CameraEvidence({ camera }: { readonly camera: Device }) {
  const t = useText(camerasText);
  const language = useLanguage();
  const probe = useProbe(camera);
  const isOut = isNetworkOut(camera);
  return (
    <>
      {isOut ? <span className="small camera-evidence">{t.networkOut}</span> : null}
      {probe ? (
        <details className="small camera-evidence" open={!probe.online && !isOut}>
          <summary className="soft">
            {t.probed} <LiveAge at={probe.at} />
          </summary>
          <p>{pick(probe.evidence, language)}</p>
        </details>
      ) : null}
    </>
  );
}
