import { useQuery } from '@tanstack/react-query';
import { placesQuery } from '../../api/queries.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { byBuilding } from '../../lib/building-of.ts';
import { type BoardItem, StateBoard } from '../../ui/state-board.tsx';
import { overviewText } from './overview.text.ts';
import type { CampusNow } from './use-campus-now.ts';

/** All doors and cameras by building, those that are fine too. */
export function BuildingBoards({ campus }: { readonly campus: CampusNow }) {
  const t = useText(overviewText);
  const language = useLanguage();
  const places = useQuery(placesQuery).data ?? [];
  const all = [...campus.doors, ...campus.cameras].map((item) => ({ ...item, place: item.device.place }));
  if (all.length === 0) return null;
  return (
    <section className="overview-part" aria-labelledby="overview-board">
      <div className="overview-part-head">
        <h2 id="overview-board">{t.board}</h2>
      </div>
      <ul className="overview-boards">
        {byBuilding(all, places).map(({ building, items }) => {
          const name = building ? pick(building.name, language) : t.elsewhere;
          return (
            <li key={building?.id ?? ''}>
              <h3>{name}</h3>
              <Kind items={items} kind="door" word={t.boardDoors} building={name} />
              <Kind items={items} kind="camera" word={t.boardCameras} building={name} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface KindProps {
  readonly items: readonly BoardItem[];
  readonly kind: 'door' | 'camera';
  readonly word: string;
  readonly building: string;
}

function Kind({ items, kind, word, building }: KindProps) {
  const t = useText(overviewText);
  const own = items.filter(({ device }) => device.kind === kind);
  if (own.length === 0) return null;
  return (
    <div className="overview-board">
      <span className="soft small" aria-hidden="true">
        {word}
      </span>
      <StateBoard items={own} label={t.boardOf(building, word)} />
    </div>
  );
}
