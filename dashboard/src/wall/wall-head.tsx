import type { Me } from '#contract/http/session.ts';
import { setLanguage } from '../i18n/language.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import type { CampusHeadline } from '../lib/campus-headline.ts';
import { isoTime } from '../lib/format.ts';
import { useGatewayNow, useLastDataAt, useSite } from '../live/use-live.ts';
import { useFormat } from '../ui/format-context.tsx';
import { Icon } from '../ui/icon.tsx';
import type { Alarm, AlarmState } from './alarm.ts';
import { useWakeLock } from './use-wake-lock.ts';
import { wallText } from './wall.text.ts';
import type { WallWord } from './wall-state.ts';

interface WallHeadProps {
  readonly word: WallWord;
  /** Opened by a key, not by a person who signed in. */
  readonly token: boolean;
  readonly headline: CampusHeadline;
  readonly count: number;
  readonly alarm: Alarm;
  readonly audio: AlarmState;
  readonly me: Me;
}

/** The giant word, the clock, and whether the wall itself can be relied on: age of data, sound, screen. */
export function WallHead({ word, token, headline, count, alarm, audio, me }: WallHeadProps) {
  const t = useText(wallText);
  const format = useFormat();
  const now = useGatewayNow();
  const { site, demo } = useSite(me);
  const icon = {
    fine: 'good',
    act: 'critical',
    inHand: 'warning',
    toSee: 'warning',
    partly: 'unknown',
    unknown: 'unknown',
    broken: 'offline',
    refused: 'offline',
    connecting: 'clock',
  } as const;
  const hasCount = word === 'act' || word === 'inHand' || word === 'toSee';
  const unseen = [
    headline.lacks === 'devices' ? t.noDevices : headline.lacks === 'data' ? t.noData : '',
    headline.camerasOut + headline.othersOut > 0 ? t.offlineDevices(headline.camerasOut + headline.othersOut) : '',
    headline.unknown > 0 ? t.unknownDevices(headline.unknown) : '',
    word === 'partly' ? t.restFine : '',
    word !== 'toSee' && headline.overUnseen > 0 ? t.overUnseen(headline.overUnseen) : '',
  ].filter((part) => part !== '');
  return (
    <header className="wall-head">
      <div>
        <h1 className="wall-word">
          <Icon name={icon[word]} size={96} />
          <span>
            {word === 'refused' ? (token ? t.keyEnded : t.signedOut) : t[word]}
            {hasCount ? ` ${count}` : ''}
          </span>
        </h1>
        {unseen.length > 0 && word !== 'connecting' ? <p className="wall-unknown">{unseen.join(t.join)}</p> : null}
      </div>
      <div className="wall-side">
        <time className="wall-clock" dateTime={isoTime(now)}>
          {format.clock(now)}
        </time>
        <p className="wall-day">
          {format.day(now)} · {site}
          {demo ? <span className="wall-demo">{t.demo}</span> : null}
        </p>
        <WallTrust alarm={alarm} audio={audio} now={now} />
      </div>
    </header>
  );
}

function WallTrust({ alarm, audio, now }: Pick<WallHeadProps, 'alarm' | 'audio'> & { readonly now: number }) {
  const t = useText(wallText);
  const language = useLanguage();
  const format = useFormat();
  const lastDataAt = useLastDataAt();
  const staysOn = useWakeLock();
  const isOn = audio.audio === 'running';
  return (
    <div className="wall-trust">
      <span className="wall-age" data-age-ms={lastDataAt === null ? '' : Math.max(0, now - lastDataAt)}>
        {lastDataAt === null ? t.noData : t.dataAge(format.age(Math.max(0, now - lastDataAt)))}
      </span>
      {audio.audio === 'none' ? (
        <span className="wall-mute">{t.noSound}</span>
      ) : (
        <button type="button" className={isOn ? 'wall-quiet' : 'wall-quiet wall-mute'} onClick={() => void alarm.arm()}>
          <Icon name={isOn ? 'sound' : 'mute'} size={28} />
          {isOn ? `${t.soundOn} · ${t.soundTest}` : t.soundOff}
        </button>
      )}
      <span className="wall-screen">{staysOn ? t.screenOn : t.screenMayDim}</span>
      <button type="button" className="wall-quiet" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
        {t.language}
      </button>
    </div>
  );
}
