import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Quarantined } from '#contract/http/campus.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useAllDevices, useGatewayNow } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { CodeText } from '../../ui/code-text.tsx';
import { useFormat } from '../../ui/format-context.tsx';
import { LiveAge } from '../../ui/live-age.tsx';
import { Mark } from '../../ui/mark.tsx';
import { useProfileName } from '../../ui/use-profile-name.ts';
import { payloadHead } from './payload-head.ts';
import { quarantineAdviceText, quarantineReasonText, quarantineText } from './quarantine.text.ts';
import { detailInWords } from './quarantine-detail.ts';

/** One topic and reason: how often, what arrived, and what to do about it. */
export function QuarantineEntry({ entry }: { readonly entry: Quarantined }) {
  const t = useText(quarantineText);
  const reasons = useText(quarantineReasonText);
  const advice = useText(quarantineAdviceText);
  const format = useFormat();
  const isNew = entry.reason === 'unknown-device' || entry.reason === 'unknown-topic';
  const canAdd = useMe().user.role === 'admin' && isNew;
  const known = entry.reason === 'unknown-device' ? entry.profile : null;
  return (
    <li className="quarantined" data-quarantined={entry.id}>
      <p className="quarantined-head">
        <Mark tone="attention">{reasons[entry.reason]}</Mark>
        <code className="quarantined-topic">{entry.topic}</code>
        <span className="quarantined-count">
          {t.count(format.number(entry.count))} · <LiveAge at={entry.lastAt} />
        </span>
      </p>
      <p className="quarantined-advice">
        <strong>{t.whatToDo}</strong> {advice[entry.reason]}
        {canAdd ? (
          <>
            {' '}
            <Link
              to="/devices/onboard"
              search={{ topic: entry.topic, ...(known === null ? {} : { profile: known }) }}
              aria-label={`${t.onboard} ${entry.topic}`}
            >
              {t.onboard}
            </Link>
          </>
        ) : null}
        {entry.reason === 'device-retired' ? <ToDevice entry={entry} /> : null}
      </p>
      {entry.reason === 'unknown-device' && entry.profile !== null && entry.address !== null ? (
        <div className="quarantined-line">
          <p className="soft small">{t.entry}</p>
          <CodeText text={deviceLine(entry.profile, entry.address)} />
        </div>
      ) : null}
      <Facts entry={entry} />
      <Head entry={entry} />
    </li>
  );
}

/** To the page of the device that is out of use, where it can be used again. */
function ToDevice({ entry: { profile, address } }: { readonly entry: Quarantined }) {
  const t = useText(quarantineText);
  const device = useAllDevices().find((one) => one.profile === profile && one.address === address);
  if (device === undefined) return null;
  return (
    <Link to="/devices/$deviceId" params={{ deviceId: device.id }}>
      {t.toDevice}
    </Link>
  );
}

/** Quoted as JSON, which is YAML too: an address may hold any sign. */
function deviceLine(profile: string, address: string): string {
  const isId = /^[a-z0-9][a-z0-9-]{0,63}$/.test(address);
  const who = isId && profile === 'native' ? address : '…';
  const how = profile === 'native' ? '' : `, profile: ${profile}, address: ${JSON.stringify(address)}`;
  return `- { id: ${who}, name: { zh: …, en: … }, kind: …, place: …${how} }`;
}

function Facts({ entry }: { readonly entry: Quarantined }) {
  const t = useText(quarantineText);
  const format = useFormat();
  const profileName = useProfileName();
  const now = useGatewayNow(10_000);
  const inWords = detailInWords(entry.detail, useLanguage());
  return (
    <dl className="quarantined-facts">
      <Fact name={t.detail}>{inWords ?? <span lang="en">{entry.detail}</span>}</Fact>
      <Fact name={t.first}>{format.moment(entry.firstAt, now)}</Fact>
      <Fact name={t.last}>{format.moment(entry.lastAt, now)}</Fact>
      {entry.profile === null ? null : <Fact name={t.profile}>{profileName(entry.profile)}</Fact>}
      {entry.address === null ? null : <Fact name={t.address}>{<code>{entry.address}</code>}</Fact>}
      <Fact name={t.client}>
        <code>{entry.clientId}</code>
      </Fact>
      <Fact name={t.size}>{format.quantity(entry.bytes, 'B', 0)}</Fact>
    </dl>
  );
}

function Head({ entry }: { readonly entry: Quarantined }) {
  const t = useText(quarantineText);
  const { text, hex } = payloadHead(entry.head);
  if (hex === '') return <p className="soft small">{t.emptyPayload}</p>;
  return (
    <details className="quarantined-payload">
      <summary>{t.head(hex.split(/\s/).length)}</summary>
      <div>
        <Bytes name={t.asText}>{text}</Bytes>
        <Bytes name={t.asHex}>{hex}</Bytes>
      </div>
    </details>
  );
}

function Bytes({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <figure>
      <figcaption className="soft small">{name}</figcaption>
      <CodeText text={children} />
    </figure>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
