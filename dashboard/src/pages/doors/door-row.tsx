import { Link } from '@tanstack/react-router';
import type { Device } from '#contract/http/campus.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { type DoorState, doorState } from '../../lib/campus-state.ts';
import { placeBeside } from '../../lib/place-beside.ts';
import { useConnection, useLatest } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { LiveAge, useDuration } from '../../ui/live-age.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Failure, Skeleton } from '../../ui/page-state.tsx';
import { usePlaceName } from '../../ui/use-place-name.ts';
import type { Band } from './door-bands.ts';
import { DoorTimeline } from './door-timeline.tsx';
import { doorsText } from './doors.text.ts';
import { useDoorBands } from './use-door-bands.ts';

interface DoorRowProps {
  readonly device: Device;
  /** Name of the building under which it stands. */
  readonly heading: string;
  /** By the calendar, now. */
  readonly isPlaceOpen: boolean;
  readonly now: number;
}

export function DoorRow({ device, heading, isPlaceOpen, now }: DoorRowProps) {
  const language = useLanguage();
  const placeName = usePlaceName();
  const name = pick(device.name, language);
  const place = placeBeside(placeName(device.place), [name, heading]);
  const { state: connection } = useConnection();
  const latest = useLatest(device.id, 'door_open');
  const { bands, answers } = useDoorBands(device, now);
  const state = doorState(device, latest);
  const failed = answers.find(({ error, data }) => error && data === undefined);
  return (
    <li className="door" data-outdated={connection !== 'live'}>
      <div className="door-name">
        <Link to="/devices/$deviceId" params={{ deviceId: device.id }}>
          {name}
        </Link>
        {place === '' ? null : <span className="soft small">{place}</span>}
      </div>
      <div className="door-state">
        <DoorMark state={state} isPlaceOpen={isPlaceOpen} />
        <Since bands={bands} state={state} />
      </div>
      <div className="door-day">
        {bands ? <DoorTimeline place={device.place} bands={bands} now={now} /> : null}
        {!bands && failed?.error ? <Failure error={failed.error} onRetry={failed.refetch} /> : null}
        {bands || failed ? null : <Skeleton height={26} />}
      </div>
      <Health device={device} />
    </li>
  );
}

function DoorMark({ state, isPlaceOpen }: { readonly state: DoorState; readonly isPlaceOpen: boolean }) {
  const t = useText(doorsText);
  if (state === 'unknown') return <Mark tone="unknown">{t.unknown}</Mark>;
  if (state === 'closed') return <Mark tone="good">{t.closed}</Mark>;
  return (
    <Mark tone={isPlaceOpen ? 'plain' : 'critical'} icon="doors">
      {t.open}
    </Mark>
  );
}

interface SinceProps {
  readonly bands: readonly Band[] | undefined;
  readonly state: DoorState;
}

/** How long it has been so, as far as the last day tells. */
function Since({ bands, state }: SinceProps) {
  const t = useText(doorsText);
  const last = bands?.at(-1);
  const length = useDuration(last?.from ?? 0);
  if (!bands || !last || last.state !== state) return null;
  return <span className="soft small">{bands.length === 1 ? t.sinceLong : t.since(length)}</span>;
}

function Health({ device }: { readonly device: Device }) {
  const t = useText(doorsText);
  const format = useFormat();
  const battery = useLatest(device.id, 'battery_pct');
  const low = useLatest(device.id, 'battery_low');
  const isLow = low?.value === 1 || (battery !== undefined && battery.value < 20);
  return (
    <div className="door-health small">
      {battery ? (
        <span className={isLow ? '' : 'soft'}>
          {t.battery} {format.percent(battery.value / 100, 0)}
        </span>
      ) : null}
      {isLow ? <Mark tone="attention">{t.batteryLow}</Mark> : null}
      <span className="soft">
        {device.lastSeenAt === null ? (
          t.neverSeen
        ) : (
          <>
            {t.lastSeen} <LiveAge at={device.lastSeenAt} />
          </>
        )}
      </span>
    </div>
  );
}
