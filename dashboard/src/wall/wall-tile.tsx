import type { ReactNode } from 'react';
import { useText } from '../i18n/use-text.ts';
import { wallText } from './wall.text.ts';

interface WallTileProps {
  readonly name: string;
  readonly count?: ReactNode;
  readonly tone: 'good' | 'attention' | 'critical' | 'unknown';
  /** Said when nothing stands in the tile. */
  readonly none: string;
  readonly note?: string | undefined;
  /** How many rows fit without scrolling. */
  readonly most: number;
  readonly rows: readonly ReactNode[];
  readonly children?: ReactNode;
}

export function WallTile({ name, count, tone, none, note, most, rows, children }: WallTileProps) {
  const t = useText(wallText);
  return (
    <section className={`wtile wtile-${tone}`}>
      <h2>
        {count === undefined ? null : <span className="wtile-count">{count}</span>} {name}
        {note === undefined ? null : <span className="wall-unknown">{note}</span>}
      </h2>
      {rows.length === 0 && none !== '' ? <p className="wtile-none">{none}</p> : null}
      <ul>{rows.slice(0, most)}</ul>
      {rows.length > most ? <p className="wtile-none">{t.moreRows(rows.length - most)}</p> : null}
      {children}
    </section>
  );
}
