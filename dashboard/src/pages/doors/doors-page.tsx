import { useQuery } from '@tanstack/react-query';
import { memo, useMemo } from 'react';
import type { Device, Place } from '#contract/http/campus.ts';
import { placesQuery } from '../../api/queries.ts';
import { TimeScale } from '../../charts/time-scale.tsx';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { byBuilding } from '../../lib/building-of.ts';
import { doorState } from '../../lib/campus-state.ts';
import { useConnection, useDevices, useGatewayNow, useLive, useValues } from '../../live/use-live.ts';
import { AddDevices } from '../../ui/add-devices.tsx';
import { PageState } from '../../ui/page-state.tsx';
import { lastWeek, useAlertsBetween } from '../../ui/use-alerts-between.ts';
import { WatchPage } from '../../ui/watch-page.tsx';
import { ClosedOpenings, doorAlerts } from './closed-openings.tsx';
import { DoorRow } from './door-row.tsx';
import './doors.css';
import { doorsText } from './doors.text.ts';

const minute = 60_000;
const day = 86_400_000;

export function DoorsPage() {
  const t = useText(doorsText);
  const devices = useDevices();
  const doors = useMemo(() => devices.filter(({ kind }) => kind === 'door'), [devices]);
  // What is open by the calendar changes with the clock, also on a page left open over night.
  const places = useQuery({ ...placesQuery, refetchInterval: minute });
  const now = Math.floor(useGatewayNow(2_000) / minute) * minute;
  const sentence = useSentence(doors, places.data ?? [], now);
  return (
    <WatchPage
      title={t.title}
      sentence={sentence}
      isEmpty={doors.length === 0}
      none={t.none}
      stop={t.stop}
      empty={<AddDevices />}
    >
      <Legend />
      <PageState of={places} height={480}>
        {(known) => <Groups doors={doors} places={known} now={now} />}
      </PageState>
      <ClosedOpenings doors={doors} now={now} />
    </WatchPage>
  );
}

interface GroupsProps {
  readonly doors: readonly Device[];
  readonly places: readonly Place[];
  readonly now: number;
}

/** Drawn again by its own values and once a minute, not by every value of the campus. */
const Groups = memo(({ doors, places, now }: GroupsProps) => {
  const t = useText(doorsText);
  const language = useLanguage();
  const open = new Map(places.map((place) => [place.id, place.open]));
  const { state } = useConnection();
  return (
    <div className={state === 'broken' ? 'doors-stale' : ''}>
      <div className="door-axis">
        <TimeScale from={now - day} to={now} />
      </div>
      {byBuilding(doors, places).map(({ building, items }) => (
        <section key={building?.id ?? ''} className="door-part">
          <h2>{building ? pick(building.name, language) : t.elsewhere}</h2>
          <ul>
            {items.map((device) => (
              <DoorRow
                key={device.id}
                device={device}
                heading={building ? pick(building.name, language) : ''}
                isPlaceOpen={open.get(device.place) ?? true}
                now={now}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
});

function Legend() {
  const t = useText(doorsText);
  return (
    <ul className="door-legend soft small" aria-label={t.legend}>
      <li>{t.last24}:</li>
      {(['open', 'closed', 'unknown'] as const).map((state) => (
        <li key={state}>
          <i className={`door-swatch door-swatch-${state}`} aria-hidden="true" /> {t[state]}
        </li>
      ))}
      <li>
        <i className="door-swatch door-swatch-hours" aria-hidden="true" /> {t.closedHours}
      </li>
    </ul>
  );
}

/** Whether the night was fine: what stands open now, what is unknown, what was open in closed hours. */
function useSentence(doors: readonly Device[], places: readonly Place[], now: number): string {
  const t = useText(doorsText);
  const language = useLanguage();
  const { store } = useLive();
  useValues();
  const { data: alerts } = useAlertsBetween(...lastWeek(now));
  const closedPlaces = new Set(places.filter(({ open }) => !open).map(({ id }) => id));
  const states = doors.map((device) => ({ device, state: doorState(device, store.latest(device.id, 'door_open')) }));
  const open = states.filter(({ state }) => state === 'open');
  const wrong = open.filter(({ device }) => closedPlaces.has(device.place)).map(({ device }) => device);
  const unknown = states.filter(({ state }) => state === 'unknown').length;
  const names = wrong.slice(0, 2).map(({ name }) => pick(name, language));
  const named = names.join(t.listJoin);
  const parts = [
    wrong.length > 0 ? t.openWrong(wrong.length > 2 ? t.andMore(named, wrong.length) : named) : '',
    open.length > wrong.length ? t.openNow(open.length - wrong.length) : '',
    open.length === 0 && unknown === 0 ? t.allClosed : '',
    open.length > 0 && unknown === 0 ? t.restClosed : '',
    unknown > 0 ? t.unknownNow(unknown) : '',
  ].filter((part) => part !== '');
  if (!alerts) return capital(`${parts.join(t.comma)}${t.stop}`);
  const count = doorAlerts(alerts, doors).filter(({ until }) => (until ?? now) >= now - day).length;
  return capital(`${parts.join(t.comma)}${t.semicolon}${count === 0 ? t.nightFine : t.nightNot(count)}${t.stop}`);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
