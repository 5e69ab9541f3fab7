import { useState } from 'react';
import type { Incident } from '#contract/http/alerts.ts';
import { commonText } from '../../i18n/common.text.ts';
import { useText } from '../../i18n/use-text.ts';
import { mayAct } from '../../lib/permissions.ts';
import { nightText } from '../../night/night.text.ts';
import { type Night, type NightMark, nightMarks } from '../../night/night.ts';
import { Ribbon, RibbonKey } from '../../night/ribbon.tsx';
import { RibbonMarks } from '../../night/ribbon-marks.tsx';
import { type NightSeen, useNight } from '../../night/use-night.ts';
import { useMe } from '../../shell/use-me.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import { IncidentLink } from '../../ui/incident-link.tsx';
import { SeverityMark } from '../../ui/mark.tsx';
import { Failure } from '../../ui/page-state.tsx';
import { useNarrow } from '../../ui/use-narrow.ts';
import { usePlaceName } from '../../ui/use-place-name.ts';
import { useAcknowledge } from '../alerts/use-acknowledge.ts';
import './night-strip.css';
import { useOpenHours } from './use-open-hours.ts';

/** Shares of the strip that a mark takes, wide and narrow: a thumb needs 44 px. */
const room = { wide: 0.07, narrow: 0.2 } as const;

/** The last night in one sentence and one strip; during the night, the night so far. */
export function NightStrip() {
  const t = useText(nightText);
  const format = useFormat();
  const seen = useNight(usePlaceName());
  const { night, incidents, off } = seen;
  const open = useOpenHours(night);
  const isNarrow = useNarrow();
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const marks = nightMarks(incidents, night, isNarrow ? room.narrow : room.wide);
  const shown = marks.find((mark) => mark.incidents.some(({ id }) => id === chosen));
  return (
    <section className="night" aria-labelledby="night-title">
      <h2 id="night-title" className="night-title">
        {titleOf(night, t, format.hourMinute)}
      </h2>
      <p className="night-sentence">{seen.sentence}</p>
      <Ribbon {...night} now={night.seenTo} open={open} off={off}>
        <RibbonMarks {...night} now={night.seenTo} incidents={incidents} />
        {marks.map((mark) => (
          <Marker
            key={mark.incidents[0]?.id}
            mark={mark}
            seen={seen}
            isChosen={mark === shown}
            onChoose={() => setChosen(mark === shown ? undefined : mark.incidents[0]?.id)}
          />
        ))}
      </Ribbon>
      <RibbonKey hasOff={off.length > 0} hasOpen={open !== undefined} />
      <div className="night-shown" aria-live="polite">
        {shown ? <Rows incidents={shown.incidents} seen={seen} /> : null}
      </div>
      {incidents.length > 0 ? (
        <details className="night-list">
          <summary>{t.list(incidents.length)}</summary>
          <Rows incidents={incidents} seen={seen} />
        </details>
      ) : null}
    </section>
  );
}

function titleOf(
  { from, to, isNow, seenTo }: Night,
  t: (typeof nightText)['zh'],
  time: (at: number) => string,
): string {
  return isNow ? t.titleNow(time(from), time(seenTo)) : t.title(time(from), time(to));
}

interface MarkerProps {
  readonly mark: NightMark;
  readonly seen: NightSeen;
  readonly isChosen: boolean;
  onChoose(): void;
}

const icons = { info: 'info', warning: 'warning', critical: 'critical' } as const;

function Marker({ mark, seen, isChosen, onChoose }: MarkerProps) {
  const t = useText(nightText);
  const common = useText(commonText);
  const { share, severity, incidents } = mark;
  const [first] = incidents;
  if (!first) return null;
  const word = { info: common.severityInfo, warning: common.severityWarning, critical: common.severityCritical }[
    severity
  ];
  const at = seen.timeOf(first.since);
  const shown = incidents.length > 1 ? t.worst(incidents.length, word) : word;
  const said = incidents.length > 1 ? t.marks(shown, at) : t.mark(word, seen.nameOf(first), at);
  return (
    <button
      type="button"
      className={`night-mark night-mark-${severity}`}
      style={{ left: `clamp(var(--mark-half), ${share * 100}%, 100% - var(--mark-half))` }}
      aria-label={said}
      aria-expanded={isChosen}
      onClick={onChoose}
    >
      <Icon name={icons[severity]} size={16} />
      <span>{shown}</span>
    </button>
  );
}

function Rows({ incidents, seen }: { readonly incidents: readonly Incident[]; readonly seen: NightSeen }) {
  const t = useText(nightText);
  const format = useFormat();
  const me = useMe();
  const acknowledge = useAcknowledge();
  const { timeOf } = seen;
  return (
    <>
      {acknowledge.error ? <Failure error={acknowledge.error} /> : null}
      <ol className="night-rows">
        {incidents.map((incident) => {
          const { id, since, until, ackedBy, ackedAt } = incident;
          return (
            <li key={id} className="night-row">
              <SeverityMark severity={incident.severity} />
              <IncidentLink incident={incident} />
              <span className="soft small">
                {until === null
                  ? `${timeOf(since)} · ${t.notOver}`
                  : `${t.span(timeOf(since), timeOf(until))} · ${t.lasting(format.duration(until - since))}`}
                {' · '}
                {ackedBy === null || ackedAt === null ? (
                  <strong>{t.nobody}</strong>
                ) : (
                  t.ackedBy(ackedBy, timeOf(ackedAt))
                )}
              </span>
              {ackedAt === null && mayAct(me, 'ack') ? (
                <button
                  type="button"
                  className="button"
                  disabled={acknowledge.isPending}
                  aria-label={t.acknowledgeThat(seen.nameOf(incident))}
                  onClick={() => acknowledge.mutate(id)}
                >
                  {t.acknowledge}
                </button>
              ) : null}
            </li>
          );
        })}
      </ol>
    </>
  );
}
