import { useCallback } from 'react';
import type { Incident } from '#contract/http/alerts.ts';
import type { Place } from '#contract/http/campus.ts';
import type { Api } from '../api/endpoints.ts';
import { messageOf } from '../api/error-message.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import { useGatewayNow } from '../live/use-live.ts';
import { nightText } from '../night/night.text.ts';
import { useNight } from '../night/use-night.ts';
import { Lasting } from '../ui/live-age.tsx';
import { SeverityMark } from '../ui/mark.tsx';
import { useAck } from './use-ack.ts';
import { wallText } from './wall.text.ts';
import { CameraBoard, DoorBoard } from './wall-boards.tsx';
import { WallTile } from './wall-tile.tsx';

interface WallTilesProps {
  /** Firing, then those that are over and not acknowledged. */
  readonly shown: readonly Incident[];
  /** Without devices or data it cannot be said that there is no alert. */
  readonly isBlind: boolean;
  /** The one that stands in the banner already. */
  readonly called: string | undefined;
  readonly api: Api;
  readonly mayAck: boolean;
  readonly placeNames: ReadonlyMap<string, Place['name']>;
}

/** What goes on, all doors and cameras, and the night. Under a banner there is less room. */
export function WallTiles(props: WallTilesProps) {
  const { called, placeNames } = props;
  const isQuiet = called === undefined;
  return (
    <div className={isQuiet ? 'tiles' : 'tiles tiles-called'}>
      <Happening {...props} />
      <div className="wboards">
        <DoorBoard placeNames={placeNames} />
        <CameraBoard placeNames={placeNames} />
      </div>
      <NightTile placeNames={placeNames} />
    </div>
  );
}

function Happening({ shown, isBlind, called, api, mayAck, placeNames }: WallTilesProps) {
  const t = useText(wallText);
  const language = useLanguage();
  const now = useGatewayNow(10_000);
  const { acking, acknowledge } = useAck(api);
  const over = shown.filter(({ state }) => state === 'resolved').length;
  const quiet = isBlind ? 'unknown' : 'good';
  const tone = shown.some(({ severity }) => severity === 'critical') ? 'critical' : 'attention';
  const rows = shown
    .filter(({ id }) => id !== called)
    .map((incident) => (
      <li key={incident.id} className="wrow">
        <SeverityMark severity={incident.severity} />
        <div>
          <p className="wrow-sentence">{incident.sentence[language]}</p>
          <p className="wrow-facts">
            {placeNames.get(incident.place)?.[language] ?? incident.place} ·{' '}
            {incident.until === null ? <Lasting of={incident} /> : <strong>{t.isOver}</strong>}
            {incident.ackedBy === null ? '' : ` · ${t.ackedBy(incident.ackedBy)}`}
            {(incident.silencedUntil ?? 0) > now ? ` · ${t.silenced}` : ''}
          </p>
          {acking?.id === incident.id && acking.error !== undefined ? (
            <p className="call-error">{messageOf(acking.error, language)}</p>
          ) : null}
        </div>
        {mayAck && incident.ackedAt === null ? (
          <button type="button" className="wall-quiet" onClick={() => acknowledge(incident.id)}>
            {t.acknowledge}
          </button>
        ) : null}
      </li>
    ));
  return (
    <WallTile
      name={t.firing}
      count={shown.length - over}
      note={over > 0 ? t.overCount(over) : undefined}
      tone={shown.length === 0 ? quiet : tone}
      none={shown.length > 0 ? '' : isBlind ? t.cannotTell : t.noFiring}
      rows={rows}
    />
  );
}

/** The night in the sentence of the overview, and its incidents, the newest first. */
function NightTile({ placeNames }: Pick<WallTilesProps, 'placeNames'>) {
  const t = useText(wallText);
  const words = useText(nightText);
  const language = useLanguage();
  const placeName = useCallback(
    (place: string): string => placeNames.get(place)?.[language] ?? place,
    [placeNames, language],
  );
  const { night, incidents, off, sentence, nameOf, timeOf } = useNight(placeName);
  const isSeen = incidents.every(({ ackedAt }) => ackedAt !== null);
  const rows = [...incidents].reverse().map((incident) => {
    const { id, severity, since, until, ackedBy } = incident;
    return (
      <li key={id} className="wrow wrow-night">
        <SeverityMark severity={severity} />
        <p>
          {timeOf(since)}
          {until === null ? '' : `–${timeOf(until)}`} {nameOf(incident)}
          <span className="wrow-facts"> · {ackedBy ?? words.nobody}</span>
        </p>
      </li>
    );
  });
  return (
    <WallTile
      name={night.isNow ? t.tonight : t.lastNight}
      tone={off.length > 0 ? 'unknown' : isSeen ? 'good' : 'attention'}
      none=""
      rows={[
        <li key="said" className="wnight-sentence">
          {sentence}
        </li>,
        ...rows,
      ]}
    />
  );
}
