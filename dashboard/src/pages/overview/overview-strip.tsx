import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import type { ConsumptionResponse } from '#contract/http/energy.ts';
import { useText } from '../../i18n/use-text.ts';
import { costText } from '../../lib/cost.text.ts';
import { costLines } from '../../lib/cost-words.ts';
import { isOverUnseen, needsSomeone } from '../../lib/incidents.ts';
import { useConnection, useIncidents } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Failure, type Fetched } from '../../ui/page-state.tsx';
import { comparison } from './comparison.ts';
import { overviewText } from './overview.text.ts';
import type { OverviewOrder, TileName } from './overview-order.ts';
import { Sparkline } from './sparkline.tsx';
import { type Range, useCampusConsumption } from './use-campus-consumption.ts';
import type { CampusNow } from './use-campus-now.ts';

type Consumed = Fetched<ConsumptionResponse | undefined>;

interface StripProps {
  readonly campus: CampusNow;
  readonly order: OverviewOrder['tiles'];
  readonly today: Range;
  readonly lastWeek: Range;
  readonly electricity: Consumed;
  readonly electricityBefore: Consumed;
}

/** The six figures of the day, each with its range and the way to its rows. */
export function OverviewStrip({ campus, order, today, lastWeek, electricity, electricityBefore }: StripProps) {
  const t = useText(overviewText);
  const water = useCampusConsumption('water', today);
  const waterBefore = useCampusConsumption('water', lastWeek);
  const failed = [electricity, water].find(({ error }) => error);
  const tiles: Record<TileName, ReactNode> = {
    electricity: (
      <Used
        name={t.todayElectricity}
        icon="energy"
        hue="electricity"
        now={electricity}
        before={electricityBefore}
        range={today}
      />
    ),
    water: <Used name={t.todayWater} icon="water" hue="water" now={water} before={waterBefore} range={today} />,
    cost: <Cost electricity={electricity.data} water={water.data} range={today} />,
    cameras: <Cameras cameras={campus.cameras} />,
    doors: <Doors doors={campus.doors} />,
    alerts: <Unacked />,
  };
  return (
    <>
      {failed ? (
        <Failure
          error={failed.error}
          onRetry={failed.refetch}
          {...(failed.data === undefined ? {} : { keptFrom: failed.dataUpdatedAt })}
        />
      ) : null}
      <ul className="strip">
        {order.map((name) => (
          <Fragment key={name}>{tiles[name]}</Fragment>
        ))}
      </ul>
    </>
  );
}

interface TileProps {
  readonly name: string;
  readonly icon: IconName;
  readonly to: '/energy' | '/cameras' | '/doors' | '/alerts';
  readonly search?: Record<string, string>;
  readonly hue?: 'electricity' | 'water';
  readonly figure: ReactNode;
  /** Comes from the live connection, so it greys when that is broken. */
  readonly live?: boolean;
  readonly children?: ReactNode;
}

function Tile({ name, icon, to, search = {}, hue, figure, live = false, children }: TileProps) {
  const { state } = useConnection();
  const isOld = live && state !== 'live';
  return (
    <li>
      <Link to={to} search={search} className={hue ? `tile tile-${hue}` : 'tile'}>
        <span className="tile-name">
          <Icon name={icon} size={16} />
          {name}
        </span>
        <span className={isOld ? 'tile-figure tile-old' : 'tile-figure'} data-outdated={isOld}>
          {figure}
        </span>
        <span className="tile-note">{children}</span>
      </Link>
    </li>
  );
}

interface UsedProps {
  readonly name: string;
  readonly icon: IconName;
  readonly hue: 'electricity' | 'water';
  readonly now: Consumed;
  readonly before: Consumed;
  readonly range: Range;
}

/** Share of the data from which on it is not worth a word. */
const nearlyComplete = 0.995;

function Used({ name, icon, hue, now, before, range }: UsedProps) {
  const t = useText(overviewText);
  const format = useFormat();
  const { data } = now;
  const figure = data === undefined ? '…' : format.quantity(data.total, data.unit);
  const compared = comparison(data?.total, before.data?.total, t.byThisTime, t, format);
  const isGappy = data !== undefined && data.completeness < nearlyComplete;
  const search = hue === 'water' ? { resource: 'water' } : {};
  return (
    <Tile name={name} icon={icon} hue={hue} to="/energy" search={search} figure={figure}>
      <span>{t.range(format.hourMinute(range.from), format.hourMinute(range.to))}</span>
      {data && before.data ? <span>{compared ?? t.nothingBefore(t.byThisTime)}</span> : null}
      <Sparkline buckets={data?.buckets ?? []} />
      {isGappy ? <Mark tone="unknown">{t.completeness(format.percent(data.completeness))}</Mark> : null}
    </Tile>
  );
}

interface CostProps {
  readonly electricity: ConsumptionResponse | undefined;
  readonly water: ConsumptionResponse | undefined;
  readonly range: Range;
}

function Cost({ electricity, water, range }: CostProps) {
  const t = useText(overviewText);
  const cost = useText(costText);
  const format = useFormat();
  const yuans = [electricity?.yuan ?? null, water?.yuan ?? null] as const;
  const [ofElectricity, ofWater] = yuans;
  const total = yuans.every((yuan) => yuan === null) ? null : (ofElectricity ?? 0) + (ofWater ?? 0);
  const isExample = electricity?.yuanIsExample === true || water?.yuanIsExample === true;
  const known = electricity !== undefined && water !== undefined;
  return (
    <Tile name={t.todayCost} icon="money" to="/energy" figure={known ? format.yuan(total) : '…'}>
      <span>{t.range(format.hourMinute(range.from), format.hourMinute(range.to))}</span>
      {known ? costLines({ electricity, water }, cost).map((line) => <span key={line}>{line}</span>) : null}
      {isExample ? <Mark tone="plain">{t.examplePrice}</Mark> : null}
    </Tile>
  );
}

function Cameras({ cameras }: Pick<CampusNow, 'cameras'>) {
  const t = useText(overviewText);
  const count = (wanted: (typeof cameras)[number]['state']): number =>
    cameras.filter(({ state }) => state === wanted).length;
  const [offline, unknown, maintenance] = [count('offline'), count('unknown'), count('maintenance')];
  return (
    <Tile
      name={t.camerasOnline}
      icon="cameras"
      to="/cameras"
      live
      figure={`${count('online')} / ${cameras.length - maintenance}`}
    >
      {cameras.length === 0 ? <span>{t.noneConfigured}</span> : null}
      {offline > 0 ? (
        <Mark tone="critical" icon="offline">
          {t.offlineCount(offline)}
        </Mark>
      ) : null}
      {unknown > 0 ? <Mark tone="unknown">{t.unknownCount(unknown)}</Mark> : null}
      {maintenance > 0 ? <Mark tone="plain">{t.maintenance(maintenance)}</Mark> : null}
    </Tile>
  );
}

function Doors({ doors }: Pick<CampusNow, 'doors'>) {
  const t = useText(overviewText);
  const open = doors.filter(({ state }) => state === 'open').length;
  const unknown = doors.filter(({ state }) => state === 'unknown').length;
  return (
    <Tile name={t.doorsNow} icon="doors" to="/doors" live figure={open}>
      {doors.length === 0 ? <span>{t.noneConfigured}</span> : null}
      {unknown > 0 ? <Mark tone="unknown">{t.unknownCount(unknown)}</Mark> : null}
    </Tile>
  );
}

function Unacked() {
  const t = useText(overviewText);
  const incidents = useIncidents();
  const waiting = incidents.filter(needsSomeone).length;
  const over = incidents.filter(isOverUnseen).length;
  const firing = incidents.filter(({ state }) => state === 'firing').length;
  return (
    <Tile
      name={t.unacked}
      icon="alerts"
      to="/alerts"
      live
      figure={<span className={waiting > 0 ? 'tile-critical' : ''}>{waiting + over}</span>}
    >
      <span>{t.firingTotal(firing)}</span>
      {over > 0 ? <span>{t.overTotal(over)}</span> : null}
    </Tile>
  );
}
