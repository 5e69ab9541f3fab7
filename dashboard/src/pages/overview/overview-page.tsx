import { storageText } from '../../i18n/storage.text.ts';
import { useText } from '../../i18n/use-text.ts';
import { isOut } from '../../lib/campus-state.ts';
import { isOverUnseen, needsSomeone } from '../../lib/incidents.ts';
import { addDays, startOfDay } from '../../lib/site-time.ts';
import { storageWord } from '../../live/storage-word.ts';
import {
  useConnection,
  useDevices,
  useGatewayNow,
  useIncidents,
  useLastDataAt,
  useStorage,
} from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty, Skeleton } from '../../ui/page-state.tsx';
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

function useSentence({ cameras, doors }: CampusNow, today: string | undefined): string {
  const t = useText(overviewText);
  const format = useFormat();
  const incidents = useIncidents();
  const storage = useStorage();
  const storageWords = useText(storageText);
  const { state } = useConnection();
  const lastDataAt = useLastDataAt();
  if (state === 'connecting') return t.connecting;
  const facts = {
    storage: storage.map((trouble) => storageWords[storageWord(trouble)]),
    unacked: incidents.filter(needsSomeone).length,
    inHand: incidents.filter((incident) => incident.state === 'firing' && !needsSomeone(incident)).length,
    overUnseen: incidents.filter(isOverUnseen).length,
    camerasOffline: cameras.filter(({ device, state: camera }) => isOut(device, camera)).length,
    doorsOpen: doors.filter((door) => door.state === 'open').length,
    today,
  };
  const said = overviewSentence(facts, t);
  return state === 'broken' && lastDataAt !== null ? `${t.asOf(format.clock(lastDataAt))} ${said}` : said;
}
