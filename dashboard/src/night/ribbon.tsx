import type { ReactNode } from 'react';
import { useText } from '../i18n/use-text.ts';
import { addDays, startOfDay } from '../lib/site-time.ts';
import { useFormat } from '../ui/format-context.tsx';
import { nightText } from './night.text.ts';
import { type Span, within } from './night.ts';
import './ribbon.css';

const hour = 3_600_000;

interface RibbonProps extends Span {
  readonly now: number;
  /** Open hours of the campus; undefined while they are not known: then nothing is shaded. */
  readonly open: readonly Span[] | undefined;
  /** When the gateway saw nothing. */
  readonly off: readonly Span[];
  /** Hours between two labels. */
  readonly every?: number;
  readonly children?: ReactNode;
}

/** A stretch of time from left to right: closed hours shaded, what nobody saw hatched, the future blank, marks on it. */
export function Ribbon({ from, to, now, open, off, every = 3, children }: RibbonProps) {
  const format = useFormat();
  const span = { from, to };
  const at = (time: number): string => `${((time - from) / (to - from)) * 100}%`;
  const part = (name: string, { from: begin, to: end }: Span): ReactNode => (
    <span
      key={`${name}${begin}`}
      className={`ribbon-part ribbon-${name}`}
      style={{ left: at(begin), width: `${((end - begin) / (to - from)) * 100}%` }}
    />
  );
  return (
    <div className="ribbon">
      <div className={open === undefined ? 'ribbon-bar' : 'ribbon-bar ribbon-closed'}>
        {within(open ?? [], span).map((one) => part('open', one))}
        {within([{ from: now, to }], span).map((one) => part('future', one))}
        {within(off, { from, to: Math.min(now, to) }).map((one) => part('off', one))}
        {children}
      </div>
      <div className="ribbon-scale" aria-hidden="true">
        {hourTicks(format.timeZone, span, every).map((tick) => (
          <span key={tick} style={{ left: at(tick) }}>
            {format.hourMinute(tick)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** Full hours of the site that a label fits behind. */
function hourTicks(zone: string, { from, to }: Span, every: number): number[] {
  const midnight = startOfDay(zone, from);
  const end = addDays(zone, midnight, 2);
  const ticks: number[] = [];
  for (let tick = midnight; tick < end && tick <= to - hour; tick += every * hour) if (tick >= from) ticks.push(tick);
  return ticks;
}

/** What the shades of a ribbon mean, in words. */
export function RibbonKey({ hasOff, hasOpen }: { readonly hasOff: boolean; readonly hasOpen: boolean }) {
  const t = useText(nightText);
  return (
    <ul className="ribbon-key">
      {hasOpen ? (
        <li>
          <span className="ribbon-swatch ribbon-closed" aria-hidden="true" />
          {t.closed}
        </li>
      ) : null}
      {hasOff ? (
        <li>
          <span className="ribbon-swatch ribbon-off" aria-hidden="true" />
          {t.offTime}
        </li>
      ) : null}
    </ul>
  );
}
