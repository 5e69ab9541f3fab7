import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Incident } from '#contract/http/alerts.ts';
import type { Place } from '#contract/http/campus.ts';
import type { Me } from '#contract/http/session.ts';
import type { Api } from '../api/endpoints.ts';
import { byImportance, isOverUnseen } from '../lib/incidents.ts';
import { mayAct } from '../lib/permissions.ts';
import { useConnection, useGatewayNow, useIncidents, useLive, useStorage } from '../live/use-live.ts';
import { useCampusHeadline } from '../ui/use-campus-headline.ts';
import type { Alarm } from './alarm.ts';
import { CallBanner } from './call-banner.tsx';
import { isTimeToReload } from './nightly-reload.ts';
import { WallConnection } from './wall-connection.tsx';
import { WallHead } from './wall-head.tsx';
import { WallRibbon } from './wall-ribbon.tsx';
import { isCalling, wallWord } from './wall-state.ts';
import { WallStorage } from './wall-storage.tsx';
import { WallTiles } from './wall-tiles.tsx';

interface WallBoardProps {
  readonly api: Api;
  readonly alarm: Alarm;
  readonly me: Me;
  readonly placeNames: ReadonlyMap<string, Place['name']>;
}

const minute = 60_000;
/** Pixels the picture wanders, a little every minute, so that nothing burns into the screen. */
const wander = [0, 2, 4, 2, 0, -2, -4, -2] as const;

export function WallBoard({ api, alarm, me, placeNames }: WallBoardProps) {
  const now = useGatewayNow();
  const connection = useConnection();
  const incidents = useIncidents();
  const headline = useCampusHeadline();
  const storage = useStorage();
  const audio = useSyncExternalStore(alarm.subscribe, alarm.state);
  const firing = incidents.filter(({ state }) => state === 'firing').sort(byImportance);
  const over = incidents.filter(isOverUnseen);
  const calling = firing.filter((incident) => isCalling(incident, now));
  const word = wallWord(headline, calling.length > 0, connection);
  useTone(alarm, calling);
  useNightlyReload(me.timeZone, calling.length > 0, audio.audio === 'running' && !audio.runsByItself);
  const step = Math.floor(now / minute) % wander.length;
  return (
    <main
      className={`wall wall-${word}`}
      data-word={word}
      data-audio={audio.audio}
      data-tone={audio.isTone ? 'on' : 'off'}
      data-connection={connection.state}
    >
      <div className="wall-banners">
        <WallConnection token={me.scope !== null} />
        <WallStorage troubles={storage} />
      </div>
      <div className="wall-picture" style={{ left: wander[step], top: wander[(step + 2) % wander.length] }}>
        <WallHead
          word={word}
          token={me.scope !== null}
          headline={headline}
          count={word === 'act' ? calling.length : word === 'toSee' ? headline.overUnseen : firing.length}
          alarm={alarm}
          audio={audio}
          me={me}
        />
        <CallBanner calling={calling} mayAck={mayAct(me, 'ack')} api={api} placeNames={placeNames} />
        <WallTiles
          shown={[...firing, ...over]}
          isBlind={headline.lacks !== undefined}
          called={calling[0]?.id}
          api={api}
          mayAck={mayAct(me, 'ack')}
          placeNames={placeNames}
        />
        <WallRibbon api={api} />
      </div>
    </main>
  );
}

/** Sounds as long as anything calls; the phone in a pocket shakes at each new one. */
function useTone(alarm: Alarm, calling: readonly Incident[]): void {
  const ids = calling.map(({ id }) => id).join(' ');
  useEffect(() => {
    alarm.setSounding(ids !== '');
    // Before the first touch a browser refuses to shake, and complains.
    if (ids !== '' && navigator.userActivation?.hasBeenActive) navigator.vibrate?.([400, 200, 400, 200, 400]);
  }, [alarm, ids]);
  useEffect(() => () => alarm.setSounding(false), [alarm]);
}

function useNightlyReload(zone: string, isAnybodyCalling: boolean, armedByTap: boolean): void {
  const { client } = useLive();
  const [loadedAt] = useState(client.gatewayNow);
  useEffect(() => {
    const timer = setInterval(() => {
      const night = { zone, now: client.gatewayNow(), loadedAt, isCalling: isAnybodyCalling, armedByTap };
      // Only from a gateway that answers: a reload without one would leave an empty page.
      if (client.connection().state === 'live' && isTimeToReload(night)) location.reload();
    }, minute);
    return () => clearInterval(timer);
  }, [client, zone, loadedAt, isAnybodyCalling, armedByTap]);
}
