import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { wallText } from './wall.text.ts';

/** More than fit on any screen; on a phone, which scrolls, enough. */
const MOST_ROWS = 12;

interface WallTileProps {
  readonly name: string;
  readonly count?: ReactNode;
  readonly tone: 'good' | 'attention' | 'critical' | 'unknown';
  /** Said when nothing stands in the tile. */
  readonly none: string;
  readonly note?: string | undefined;
  readonly rows: readonly ReactNode[];
  readonly children?: ReactNode;
}

export function WallTile({ name, count, tone, none, note, rows, children }: WallTileProps) {
  const t = useText(wallText);
  const list = useRef<HTMLUListElement>(null);
  const [hidden, setHidden] = useState(0);
  // Rows that do not fit whole wrap into a second column, out of sight: wall-tiles.css.
  useLayoutEffect(() => {
    const { offsetLeft = 0, children = [] } = list.current ?? {};
    const wrapped = [...children].filter((row) => row instanceof HTMLElement && row.offsetLeft > offsetLeft + 1);
    setHidden(wrapped.length);
  });
  const more = Math.max(0, rows.length - MOST_ROWS) + hidden;
  return (
    <section className={`wtile wtile-${tone}`}>
      <h2>
        {count === undefined ? null : <span className="wtile-count">{count}</span>} {name}
        {note === undefined ? null : <span className="wall-unknown">{note}</span>}
      </h2>
      {rows.length === 0 && none !== '' ? <p className="wtile-none">{none}</p> : null}
      <ul ref={list}>{rows.slice(0, MOST_ROWS)}</ul>
      {more > 0 ? <p className="wtile-none">{t.moreRows(more)}</p> : null}
      {children}
    </section>
  );
}
