import { memo, useMemo } from 'react';
import { UPTIME_SLOT_MS } from '#contract/http/uptime.ts';
import type { Range } from '../../charts/closed-ranges.ts';
import { TimeScale } from '../../charts/time-scale.tsx';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { outSince } from '../../lib/campus-state.ts';
import { useFilters } from '../../lib/use-filters.ts';
import { useConnection, useDevices, useGatewayNow, useLive, useValues } from '../../live/use-live.ts';
import { AddDevices } from '../../ui/add-devices.tsx';
import { LiveAge, useDuration } from '../../ui/live-age.tsx';
import { DeviceStateMark } from '../../ui/mark.tsx';
import { WatchPage } from '../../ui/watch-page.tsx';
import '../../ui/choice.css';
import { CameraRow } from './camera-row.tsx';
import {
  type CameraGroup,
  cameraGroups,
  cameraStatus,
  clockOffS,
  isNetworkOut,
  recordingStatus,
} from './camera-status.ts';
import './cameras.css';
import { camerasText } from './cameras.text.ts';
import { Outages, outageCounts } from './outages.tsx';
import { useDaysBack, useUptime } from './use-uptime.ts';

const minute = 60_000;

const parseDays = (query: URLSearchParams): 1 | 7 => (query.get('range') === '7d' ? 7 : 1);

export function CamerasPage() {
  const t = useText(camerasText);
  const devices = useDevices();
  const now = Math.floor(useGatewayNow(2_000) / minute) * minute;
  const [days, change] = useFilters(parseDays);
  const groups = useMemo(() => cameraGroups(devices), [devices]);
  const range = useDaysBack(days);
  const sentence = useSentence(groups, range, days, now);
  return (
    <WatchPage
      title={t.title}
      sentence={sentence}
      actions={<RangeChoice days={days} change={change} />}
      isEmpty={groups.length === 0}
      none={t.none}
      stop={t.stop}
      empty={
        <>
          <AddDevices />
          <p className="soft">{t.probeHint}</p>
        </>
      }
    >
      <Legend />
      <Groups groups={groups} days={days} range={range} />
      <Outages title={t.outagesOf(days)} none={t.outagesNone(days)} range={range} now={now} />
    </WatchPage>
  );
}

interface ChoiceProps {
  readonly days: 1 | 7;
  readonly change: (change: { readonly range: string | undefined }, push?: boolean) => void;
}

function RangeChoice({ days, change }: ChoiceProps) {
  const t = useText(camerasText);
  return (
    <fieldset className="choice">
      <legend className="visually-hidden">{t.range}</legend>
      <button type="button" aria-pressed={days === 1} onClick={() => change({ range: undefined }, true)}>
        {t.range24}
      </button>
      <button type="button" aria-pressed={days === 7} onClick={() => change({ range: '7d' }, true)}>
        {t.range7}
      </button>
    </fieldset>
  );
}

interface GroupsProps {
  readonly groups: readonly CameraGroup[];
  readonly days: 1 | 7;
  readonly range: Range;
}

/** Drawn again by its own values and once a minute, not by every value of the campus. */
const Groups = memo(({ groups, days, range }: GroupsProps) => {
  const { state } = useConnection();
  return (
    <div className={state === 'broken' ? 'cameras-stale' : ''}>
      <div className="camera-axis">
        <TimeScale from={range.from} to={range.to} />
      </div>
      {groups.map(({ parent, cameras }) => (
        <section key={parent?.id ?? ''} className="camera-part">
          <GroupHead parent={parent} />
          <ul>
            {cameras.map((camera) => (
              <CameraRow key={camera.id} camera={camera} range={range} days={days} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
});

/** The switch or recorder above a group; when it is down, this one line explains all below it. */
function GroupHead({ parent }: Pick<CameraGroup, 'parent'>) {
  const t = useText(camerasText);
  const language = useLanguage();
  const since = parent ? outSince(parent) : null;
  const length = useDuration(since ?? 0);
  if (!parent)
    return (
      <div className="camera-head">
        <h2>{t.directGroup}</h2>
      </div>
    );
  const name = pick(parent.name, language);
  return (
    <div className="camera-head">
      <h2>{name}</h2>
      <span>
        <DeviceStateMark state={parent.state} />{' '}
        <span className="soft small">
          <LiveAge at={parent.lastSeenAt} />
        </span>
      </span>
      {parent.state === 'offline' ? (
        <p className="camera-explains">{t.groupExplains(name, since === null ? '' : t.groupSince(length))}</p>
      ) : null}
    </div>
  );
}

function Legend() {
  const t = useText(camerasText);
  const words = { up: t.up, down: t.down, unknown: t.barUnknown, maintenance: t.maintenance };
  return (
    <div className="camera-legend soft small">
      <ul aria-label={t.legend}>
        {(['up', 'down', 'unknown', 'maintenance'] as const).map((state) => (
          <li key={state}>
            <i className={`camera-swatch camera-swatch-${state}`} aria-hidden="true" /> {words[state]}
          </li>
        ))}
      </ul>
      <details>
        <summary>{t.how}</summary>
        <p>{t.howText}</p>
      </details>
    </div>
  );
}

/** Which cameras see, which do not and why, and what outages there were in the chosen time. */
function useSentence(groups: readonly CameraGroup[], range: Range, days: 1 | 7, now: number): string {
  const t = useText(camerasText);
  const language = useLanguage();
  const { store } = useLive();
  useValues();
  const { data: uptime } = useUptime(range, days);
  const all = groups.flatMap(({ cameras }) =>
    cameras.map((camera) => ({
      status: cameraStatus(camera, store.latest(camera.id, 'camera_maintenance')),
      recording: recordingStatus(store.latest(camera.id, 'camera_recording'), camera.intervalS, now),
      isClockOff: clockOffS(store.latest(camera.id, 'camera_clock_skew_s')) !== undefined,
    })),
  );
  const count = (wanted: string): number => all.filter(({ status }) => status === wanted).length;
  const down = groups.filter(({ parent }) => parent?.state === 'offline');
  const explained = down.map(({ parent, cameras }) =>
    t.parentDown(parent ? pick(parent.name, language) : '', cameras.length),
  );
  const blind = all.filter(({ status, recording }) => status === 'online' && recording === 'not-recording').length;
  const clocksOff = all.filter(({ isClockOff }) => isClockOff).length;
  const parts = [
    ...explained,
    count('online') === all.length ? t.allOnline(all.length) : t.someOnline(count('online'), all.length),
    count('offline') > 0 ? t.offline(count('offline')) : '',
    count('hidden') > 0 && explained.length === 0 ? t.hidden(count('hidden')) : '',
    count('unknown') > 0 ? t.unknown(count('unknown')) : '',
    groups.some(({ cameras }) => cameras.some(isNetworkOut)) ? t.gatewayOut : '',
    count('maintenance') > 0 ? t.inMaintenance(count('maintenance')) : '',
    blind > 0 ? t.notRecording(blind) : '',
    clocksOff > 0 ? t.clocksOff(clocksOff) : '',
  ].filter((part) => part !== '');
  const said = parts.join(t.comma);
  if (!uptime) return `${said}${t.stop}`;
  const { own, above, hidden } = outageCounts(uptime);
  if (own + above > 0) return `${said}${t.semicolon}${t.past(days)}${t.outagesSaid(own, above, hidden)}${t.stop}`;
  // No outage is told of what nobody could see.
  const isSeen = count('online') + count('maintenance') === all.length && uptime.every(({ share }) => share !== null);
  if (!isSeen) return `${said}${t.stop}`;
  const isWhole = uptime.every(({ unknownMs }) => unknownMs < UPTIME_SLOT_MS);
  return `${said}${t.semicolon}${isWhole ? t.fine(t.past(days)) : t.fineAsKnown(t.past(days))}${t.stop}`;
}
