import { useEffect, useState } from 'react';
import type { Api } from '../api/endpoints.ts';
import { useText } from '../i18n/use-text.ts';
import { useGatewayNow, useIncidents, useOffTimes } from '../live/use-live.ts';
import { nightText } from '../night/night.text.ts';
import { incidentsIn, type Span } from '../night/night.ts';
import { Ribbon, RibbonKey } from '../night/ribbon.tsx';
import { RibbonMarks } from '../night/ribbon-marks.tsx';

const day = 86_400_000;
/** What somebody has just done is on the strip before he looks up. */
const lookMs = 5_000;

/** The last 24 hours at the foot of the wall: when something was wrong, when people acted, when nothing was seen. */
export function WallRibbon({ api }: { readonly api: Api }) {
  const t = useText(nightText);
  const now = useGatewayNow(lookMs);
  const span = { from: now - day, to: now };
  const off = useOffTimes();
  const open = useOpenHours(api, Math.floor(now / day));
  const incidents = incidentsIn(useIncidents(), span.from, span.to);
  return (
    <section className="wall-ribbon" aria-label={t.last24}>
      <Ribbon {...span} now={now} open={open} off={off} every={3}>
        <RibbonMarks {...span} now={now} incidents={incidents} />
      </Ribbon>
      {off.some(({ to }) => to > span.from) ? <RibbonKey hasOff hasOpen={false} /> : null}
    </section>
  );
}

/** Open hours around a day of UTC; asked anew when it changes. Undefined while they are not known: then nothing is shaded. */
function useOpenHours(api: Api, utcDay: number): readonly Span[] | undefined {
  const [open, setOpen] = useState<readonly Span[] | undefined>(undefined);
  useEffect(() => {
    let isGone = false;
    api.calendar((utcDay - 2) * day, (utcDay + 2) * day).then(
      ({ days }) => {
        if (!isGone) setOpen(days.flatMap((one) => one.open));
      },
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [api, utcDay]);
  return open;
}
