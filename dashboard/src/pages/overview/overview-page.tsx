import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { storageText } from '../../i18n/storage.text.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { addDays, startOfDay } from '../../lib/site-time.ts';
import { storageWord } from '../../live/storage-word.ts';
import { useConnection, useDevices, useGatewayNow, useLastDataAt, useStorage } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { AddDevices } from '../../ui/add-devices.tsx';
import { useFormat } from '../../ui/format-context.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty, Skeleton } from '../../ui/page-state.tsx';
import { useCampusHeadline } from '../../ui/use-campus-headline.ts';
import { useNarrow } from '../../ui/use-narrow.ts';
import { BuildingBoards } from './building-boards.tsx';
import { CalendarNote } from './calendar-note.tsx';
import { comparison } from './comparison.ts';
import { CurrentIncidents } from './current-incidents.tsx';
import { DayOfElectricity } from './day-of-electricity.tsx';
import { NightStrip } from './night-strip.tsx';
import { NowPanel } from './now-panel.tsx';
import './overview.css';
import { overviewText } from './overview.text.ts';
import { overviewOrder } from './overview-order.ts';
import { overviewSentence } from './overview-sentence.ts';
import { OverviewStrip } from './overview-strip.tsx';
import { useCampusConsumption } from './use-campus-consumption.ts';
import { type CampusNow, useCampusNow } from './use-campus-now.ts';
import { WeekBars } from './week-bars.tsx';

const minute = 60_000;
const hour = 60 * minute;

export function OverviewPage() {
  const t = useText(overviewText);
  const format = useFormat();
  const campus = useCampusNow();
  const devices = useDevices();
  const order = overviewOrder(useMe());
  const isNarrow = useNarrow();
  const { state } = useConnection();
  const now = Math.floor(useGatewayNow(5_000) / minute) * minute;
  const today = { from: startOfDay(format.timeZone, now), to: now };
  const lastWeek = { from: addDays(format.timeZone, today.from, -7), to: addDays(format.timeZone, today.to, -7) };
  const electricity = useCampusConsumption('electricity', today);
  const electricityBefore = useCampusConsumption('electricity', lastWeek);
  const sentence = useSentence(
    campus,
    comparison(electricity.data?.total, electricityBefore.data?.total, t.byThisTime, t, format),
    // In the first hour of a day no hour is over that could be whole; without a meter there is nothing to be whole.
    devices.some(({ kind }) => kind === 'electricity-meter') && today.to - today.from >= hour
      ? electricity.data?.completeness
      : undefined,
  );
  if (state !== 'connecting' && devices.length === 0)
    return (
      <>
        <PageHead title={t.title} sentence={sentence} />
        <Empty title={t.empty}>
          <AddDevices />
        </Empty>
      </>
    );
  return (
    <>
      <PageHead title={t.title} sentence={sentence} />
      {order.first === 'power' ? <CalendarNote /> : null}
      {/* On a phone the first card is what there is to do. */}
      {isNarrow ? <Now campus={campus} /> : null}
      {state === 'connecting' ? <Skeleton height={120} /> : <NightStrip />}
      <OverviewStrip
        campus={campus}
        order={order.tiles}
        today={today}
        lastWeek={lastWeek}
        electricity={electricity}
        electricityBefore={electricityBefore}
      />
      {order.first === 'now' ? <Watched campus={campus} now={now} /> : <Measured campus={campus} now={now} />}
    </>
  );
}

interface PartsProps {
  readonly campus: CampusNow;
  readonly now: number;
}

/** For those who pay: the power of the day and the worst of what goes on; beside it what to do now, and the week. */
function Measured({ campus, now }: PartsProps) {
  return (
    <div className="overview-columns">
      <div>
        <DayOfElectricity now={now} />
        <CurrentIncidents />
      </div>
      <Beside campus={campus} now={now} />
    </div>
  );
}

/** For those who watch: what goes on and all doors and cameras, power last; beside it what to do now. */
function Watched({ campus, now }: PartsProps) {
  return (
    <div className="overview-columns">
      <div>
        <CurrentIncidents />
        <BuildingBoards campus={campus} />
        <DayOfElectricity now={now} />
      </div>
      <Beside campus={campus} now={now} />
    </div>
  );
}

/** On a phone what to do now stands above everything already. */
function Beside({ campus, now }: PartsProps) {
  const isNarrow = useNarrow();
  return (
    <div>
      {isNarrow ? null : <Now campus={campus} />}
      <WeekBars now={now} />
    </div>
  );
}

function Now({ campus }: Pick<PartsProps, 'campus'>) {
  const { state } = useConnection();
  return state === 'connecting' ? <Skeleton height={320} /> : <NowPanel campus={campus} />;
}

function useSentence({ doors }: CampusNow, today: string | undefined, known: number | undefined): ReactNode {
  const t = useText(overviewText);
  const format = useFormat();
  const headline = useCampusHeadline(known);
  const storage = useStorage();
  const storageWords = useText(storageText);
  const { state } = useConnection();
  const lastDataAt = useLastDataAt();
  const language = useLanguage();
  const devices = useDevices();
  const nameOf = (id: string | undefined): string | undefined => devices.find((one) => one.id === id)?.name[language];
  if (state === 'connecting') return t.connecting;
  const facts = {
    ...headline,
    storage: storage.map((trouble) => storageWords[storageWord(trouble)]),
    doorsOpen: doors.filter((door) => door.state === 'open').length,
    outName: nameOf(headline.firstOut),
    unknownName: nameOf(headline.firstUnknown),
    today,
  };
  const said = overviewSentence(facts, t, format);
  const whole = state === 'broken' && lastDataAt !== null ? `${t.asOf(format.clock(lastDataAt))} ${said}` : said;
  return <Linked said={whole} ids={[headline.firstOut, headline.firstUnknown]} nameOf={nameOf} />;
}

interface LinkedProps {
  readonly said: string;
  readonly ids: readonly (string | undefined)[];
  readonly nameOf: (id: string | undefined) => string | undefined;
}

/** The sentence, in which the devices it names lead to their pages. */
function Linked({ said, ids, nameOf }: LinkedProps) {
  const [id, ...others] = ids;
  if (ids.length === 0) return said;
  const name = nameOf(id);
  const at = name === undefined ? -1 : said.indexOf(name);
  if (id === undefined || name === undefined || at < 0) return <Linked said={said} ids={others} nameOf={nameOf} />;
  return (
    <>
      {said.slice(0, at)}
      <Link to="/devices/$deviceId" params={{ deviceId: id }}>
        {name}
      </Link>
      <Linked said={said.slice(at + name.length)} ids={others} nameOf={nameOf} />
    </>
  );
}
