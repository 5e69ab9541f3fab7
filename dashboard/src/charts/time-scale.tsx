import { useLanguage } from '../i18n/use-text.ts';
import { localTime } from '../lib/site-time.ts';
import { useFormat } from '../ui/format-context.tsx';
import type { Range } from './closed-ranges.ts';
import { shortDay, timeTicks } from './time-ticks.ts';
import './time-scale.css';

/** The hours or days above rows of bands; whatever their width, the labels stay where their time is. */
export function TimeScale({ from, to }: Range) {
  const format = useFormat();
  const language = useLanguage();
  const isMidnight = (at: number): boolean => {
    const { hour, minute } = localTime(format.timeZone, at);
    return hour === 0 && minute === 0;
  };
  return (
    <svg className="time-scale" width="100%" height="16" aria-hidden="true">
      {timeTicks(format.timeZone, from, to, 9).map((at) => (
        <text key={at} x={`${((at - from) / (to - from)) * 100}%`} y="12" textAnchor="middle">
          {isMidnight(at) ? shortDay(language, format.timeZone, at) : format.hourMinute(at)}
        </text>
      ))}
    </svg>
  );
}
