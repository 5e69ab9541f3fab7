import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { WasteResponse, WasteRoom } from '#contract/http/energy.ts';
import { wasteQuery } from '../../api/queries.ts';
import { shortDay } from '../../charts/time-ticks.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import type { FilterChange } from '../../lib/use-filters.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Mark } from '../../ui/mark.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty, PageState } from '../../ui/page-state.tsx';
import '../../ui/table.css';
import { usePlaceName } from '../../ui/use-place-name.ts';
import { useWaiting } from '../../ui/use-waiting.ts';
import { columnDecimals, roundedParts } from './add-up.ts';
import { energyText } from './energy.text.ts';
import { ResourceChoice } from './energy-controls.tsx';
import { type EnergyFilters, wasteWeeks } from './energy-filters.ts';
import { EnergyTabs } from './energy-tabs.tsx';
import { wholeShare } from './energy-words.ts';
import { wasteText } from './waste.text.ts';

interface WasteProps {
  readonly filters: EnergyFilters;
  readonly change: (change: FilterChange, push?: boolean) => void;
}

/** Rooms by what they used while they were closed, week by week. */
export function WasteView({ filters, change }: WasteProps) {
  const t = useText(energyText);
  const w = useText(wasteText);
  const format = useFormat();
  const placeName = usePlaceName();
  const { resource, weeks, place } = filters;
  const answer = useQuery(wasteQuery({ resource, weeks, place }));
  const waiting = useWaiting([answer]);
  const word = resource === 'water' ? t.waterUse : t.electricityUse;
  const worst = answer.data?.rooms[0];
  const sentence =
    answer.data === undefined
      ? waiting
      : worst === undefined || worst.amount === null
        ? w.nothing(weeks, word)
        : w.sentence(
            weeks,
            word,
            placeName(worst.place),
            format.quantity(worst.amount, answer.data.unit, decimalsOfRoom(worst)),
            worst.yuan === null ? '' : w.yuan(format.yuan(worst.yuan)),
          );
  return (
    <>
      <PageHead title={t.title} sentence={sentence} />
      <EnergyTabs filters={filters} change={change} />
      <div className="energy-controls">
        <ResourceChoice filters={filters} change={change} place={place} />
        {place === undefined ? null : (
          <span className="waste-place">
            {placeName(place)}{' '}
            <button type="button" className="button" onClick={() => change({ place: undefined }, true)}>
              {t.toRoot}
            </button>
          </span>
        )}
        <fieldset className="choice">
          <legend className="visually-hidden">{w.weeks}</legend>
          {wasteWeeks.map((count) => (
            <button
              key={count}
              type="button"
              aria-pressed={count === weeks}
              onClick={() => change({ weeks: String(count) }, true)}
            >
              {w.lastWeeks(count)}
            </button>
          ))}
        </fieldset>
      </div>
      <PageState
        of={answer}
        height={480}
        isEmpty={({ rooms }) => rooms.length === 0}
        empty={
          <Empty title={w.none}>
            <p>{w.noneHint}</p>
          </Empty>
        }
      >
        {(data) => <WasteTable data={data} filters={filters} />}
      </PageState>
    </>
  );
}

function WasteTable({ data, filters }: { readonly data: WasteResponse; readonly filters: EnergyFilters }) {
  const t = useText(energyText);
  const w = useText(wasteText);
  const format = useFormat();
  const language = useLanguage();
  const top = Math.max(0, ...data.rooms.flatMap(({ weeks }) => weeks.map(({ amount }) => amount ?? 0)));
  const isExample = data.rooms.some(({ yuanIsExample }) => yuanIsExample === true);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by the keyboard */}
      <section className="table-scroll" tabIndex={0} aria-label={t.tabWaste}>
        <table className="table waste-table">
          <thead>
            <tr>
              <th scope="col" className="figure">
                {w.rank}
              </th>
              <th scope="col">{w.room}</th>
              <th scope="col" className="figure">
                {w.total}
              </th>
              <th scope="col" className="figure">
                {w.cost}
              </th>
              <th scope="col" className="figure">
                {w.share}
              </th>
              {data.weeks.map(({ from }, index) => (
                <th key={from} scope="col" className="figure">
                  {w.week(shortDay(language, format.timeZone, from))}
                  {index === data.weeks.length - 1 ? w.running : ''}
                </th>
              ))}
              <th scope="col" className="figure">
                {w.known}
              </th>
            </tr>
          </thead>
          <tbody>
            {data.rooms.map((room, index) => (
              <WasteRow key={room.place} room={room} rank={index + 1} unit={data.unit} top={top} filters={filters} />
            ))}
          </tbody>
        </table>
      </section>
      <p className="soft small">
        {isExample ? <Mark tone="plain">{t.examplePrice}</Mark> : null}{' '}
        {data.rooms.length < data.roomsInAll ? w.more(data.rooms.length, data.roomsInAll) : null}{' '}
        {data.alwaysOpen > 0 ? w.alwaysOpen(data.alwaysOpen) : null}{' '}
        {data.missingYears.length > 0 ? w.holidays(data.missingYears.join(' ')) : null} {w.how}
      </p>
    </>
  );
}

/** The weeks of a room add up to its total as both are shown. */
const decimalsOfRoom = ({ amount, weeks }: WasteRoom): number =>
  columnDecimals([amount, ...weeks.map((week) => week.amount)]);

interface RowProps {
  readonly room: WasteRoom;
  readonly rank: number;
  readonly unit: string;
  /** The largest week of all rooms: every bar is drawn against it. */
  readonly top: number;
  readonly filters: EnergyFilters;
}

function WasteRow({ room, rank, unit, top, filters }: RowProps) {
  const w = useText(wasteText);
  const format = useFormat();
  const placeName = usePlaceName();
  const name = placeName(room.place);
  const isWhole = room.completeness >= wholeShare;
  const digits = decimalsOfRoom(room);
  const amounts = room.weeks.map(({ amount }) => amount);
  const shown = room.amount === null ? amounts : roundedParts(room.amount, amounts, digits);
  return (
    <tr>
      <td className="figure">{room.amount === null ? '—' : rank}</td>
      <th scope="row">
        <Link
          to="/energy"
          search={{ place: room.place, resource: filters.resource, range: 'week' }}
          title={w.openRoom(name)}
        >
          {name}
        </Link>
      </th>
      <td className="figure">{format.quantity(room.amount, unit, digits)}</td>
      <td className="figure">{format.yuan(room.yuan)}</td>
      <td className="figure">{format.percent(room.share, 0)}</td>
      {room.weeks.map(({ amount, yuan, completeness }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the weeks are the columns, and columns have no other name
        <td key={index} className="figure waste-week" title={format.percent(completeness)}>
          <svg width="48" height="8" className={`share-bar share-bar-${filters.resource}`} aria-hidden="true">
            <rect className="share-bar-part" width={top > 0 ? (48 * (amount ?? 0)) / top : 0} height="8" />
          </svg>
          {format.number(shown[index], digits)}
          <span className="soft small waste-yuan">{format.yuan(yuan)}</span>
        </td>
      ))}
      <td className="figure">
        {isWhole ? format.percent(room.completeness) : <Mark tone="unknown">{format.percent(room.completeness)}</Mark>}
      </td>
    </tr>
  );
}
