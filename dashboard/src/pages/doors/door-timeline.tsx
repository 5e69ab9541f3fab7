import { useId } from 'react';
import { useClosedTimes } from '../../charts/closed-ranges.ts';
import { timeTicks } from '../../charts/time-ticks.ts';
import { useText } from '../../i18n/use-text.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { type Band, sumBands } from './door-bands.ts';
import { doorsText } from './doors.text.ts';

const day = 86_400_000;

interface TimelineProps {
  readonly place: string;
  readonly bands: readonly Band[];
  readonly now: number;
}

/** A day of one door: open, closed and unknown over the shaded closed hours. */
export function DoorTimeline({ place, bands, now }: TimelineProps) {
  const t = useText(doorsText);
  const format = useFormat();
  const pattern = useId();
  const from = now - day;
  // Whole minutes keep the calendar's answer the same while the clock runs.
  const { closed } = useClosedTimes(place, { from, to: now });
  const percent = (at: number): string => `${Math.max(0, ((at - from) / day) * 100)}%`;
  const width = (start: number, end: number): string => `${(Math.max(0, end - Math.max(start, from)) / day) * 100}%`;
  const { openings, openMs, unknownMs } = sumBands(bands);
  const said =
    unknownMs >= 60_000
      ? t.bandSentence(openings, format.duration(openMs), format.duration(unknownMs))
      : t.bandWhole(openings, format.duration(openMs));
  return (
    <svg className="door-timeline" width="100%" height="26" role="img" aria-label={said}>
      <title>{said}</title>
      <defs>
        <pattern id={pattern} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="1.5" height="6" className="door-hatch" />
        </pattern>
      </defs>
      <rect width="100%" height="26" className="door-ground" />
      {closed.map((range) => (
        <rect
          key={range.from}
          className="door-closed-hours"
          x={percent(range.from)}
          width={width(range.from, range.to)}
          height="26"
        />
      ))}
      {bands.map((band) => (
        <rect
          key={`${band.from}`}
          className={`door-band door-band-${band.state}`}
          x={percent(band.from)}
          width={width(band.from, band.to)}
          {...(band.state === 'closed' ? { y: 20, height: 4 } : { y: 4, height: 20 })}
          {...(band.state === 'unknown' ? { fill: `url(#${pattern})` } : {})}
        >
          <title>{`${t[band.state]} ${format.hourMinute(band.from)}–${format.hourMinute(band.to)}`}</title>
        </rect>
      ))}
      {timeTicks(format.timeZone, from, now, 9).map((at) => (
        <line key={at} className="door-tick" x1={percent(at)} x2={percent(at)} y1="0" y2="26" />
      ))}
    </svg>
  );
}
