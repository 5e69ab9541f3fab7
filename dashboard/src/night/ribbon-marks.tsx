import type { Incident } from '#contract/http/alerts.ts';
import { Icon } from '../ui/icon.tsx';
import { actsIn, type Span } from './night.ts';

interface RibbonMarksProps extends Span {
  readonly now: number;
  readonly incidents: readonly Incident[];
}

/** How long each incident lasted, and when people acted. Drawn only: the list beside a ribbon says the same in words. */
export function RibbonMarks({ from, to, now, incidents }: RibbonMarksProps) {
  const share = (at: number): number => ((Math.min(to, Math.max(from, at)) - from) / (to - from)) * 100;
  return (
    <>
      {incidents.map(({ id, severity, since, until }) => (
        <span
          key={id}
          aria-hidden="true"
          className={`ribbon-span ribbon-span-${severity}`}
          style={{ left: `${share(since)}%`, width: `${share(until ?? now) - share(since)}%` }}
        />
      ))}
      {actsIn(incidents, { from, to }).map(({ at, incident, what }) => (
        <span
          key={`${incident}${what}${at}`}
          aria-hidden="true"
          className="ribbon-act"
          style={{ left: `${share(at)}%` }}
        >
          <Icon name="check" size={14} />
        </span>
      ))}
    </>
  );
}
