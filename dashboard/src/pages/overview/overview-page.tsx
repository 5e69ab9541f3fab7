import { storageText } from '../../i18n/storage.text.ts';
import { useText } from '../../i18n/use-text.ts';
import { addDays, startOfDay } from '../../lib/site-time.ts';
import { storageWord } from '../../live/storage-word.ts';
import { useConnection, useDevices, useGatewayNow, useLastDataAt, useStorage } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty, Skeleton } from '../../ui/page-state.tsx';
import { useCampusHeadline } from '../../ui/use-campus-headline.ts';
import { comparison } from './comparison.ts';
import { CurrentIncidents } from './current-incidents.tsx';
import { DayOfElectricity } from './day-of-electricity.tsx';
import { OfflineCameras, OpenDoors } from './doors-and-cameras.tsx';
import './overview.css';
import { overviewText } from './overview.text.ts';
import { overviewSentence } from './overview-sentence.ts';
import { OverviewStrip } from './overview-strip.tsx';
import { useCampusConsumption } from './use-campus-consumption.ts';
import { type CampusNow, useCampusNow } from './use-campus-now.ts';

const minute = 60_000;
const hour = 60 * minute;

export function OverviewPage() {
  const t = useText(overviewText);
  const format = useFormat();
  const campus = useCampusNow();
  const devices = useDevices();
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
          <p>{t.emptyHint}</p>
        </Empty>
      </>
    );
  return (
    <>
      <PageHead title={t.title} sentence={sentence} />
      <OverviewStrip
        campus={campus}
        today={today}
        lastWeek={lastWeek}
        electricity={electricity}
        electricityBefore={electricityBefore}
      />
      <div className="overview-columns">
        <div>
          <CurrentIncidents />
          <DayOfElectricity now={now} />
        </div>
        {state === 'connecting' ? (
          <Skeleton height={320} />
        ) : (
          <div>
            <OpenDoors doors={campus.doors} />
            <OfflineCameras cameras={campus.cameras} />
          </div>
        )}
      </div>
    </>
  );
}

function useSentence({ doors }: CampusNow, today: string | undefined, known: number | undefined): string {
  const t = useText(overviewText);
  const format = useFormat();
  const headline = useCampusHeadline(known);
  const storage = useStorage();
  const storageWords = useText(storageText);
  const { state } = useConnection();
  const lastDataAt = useLastDataAt();
  if (state === 'connecting') return t.connecting;
  const facts = {
    ...headline,
    storage: storage.map((trouble) => storageWords[storageWord(trouble)]),
    doorsOpen: doors.filter((door) => door.state === 'open').length,
    today,
  };
  const said = overviewSentence(facts, t, format);
  return state === 'broken' && lastDataAt !== null ? `${t.asOf(format.clock(lastDataAt))} ${said}` : said;
}
