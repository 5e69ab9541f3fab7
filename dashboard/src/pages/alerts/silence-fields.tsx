import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { calendarQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/use-text.ts';
import { localField, parseLocal, startOfDay } from '../../lib/site-time.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { alertsText } from './alerts.text.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** A silence always ends: after a while, when school begins, or at a time that was given. */
export function SilenceFields({ place }: { readonly place: string }) {
  const t = useText(alertsText);
  const format = useFormat();
  const now = useGatewayNow(60_000);
  const [choice, setChoice] = useState('1h');
  const from = startOfDay(format.timeZone, now);
  const calendar = useQuery(calendarQuery(from, from + 7 * day, place));
  const opens = (calendar.data?.days ?? []).flatMap(({ open }) => open).find((range) => range.from > now)?.from;
  const options = [
    { value: '1h', label: t.silenceHour },
    { value: '8h', label: t.silenceEight },
    ...(opens === undefined ? [] : [{ value: `at:${opens}`, label: t.silenceClass(format.moment(opens, now)) }]),
    { value: 'custom', label: t.silenceCustom },
  ];
  return (
    <fieldset className="silence">
      <legend>{t.silenceFor}</legend>
      {options.map(({ value, label }) => (
        <label key={value}>
          <input
            type="radio"
            name="silence"
            value={value}
            checked={choice === value}
            onChange={() => setChoice(value)}
          />
          {label}
        </label>
      ))}
      {choice === 'custom' ? (
        <label className="field">
          <span>{t.silenceEnd}</span>
          <input
            className="input"
            type="datetime-local"
            name="end"
            required
            min={localField(format.timeZone, now)}
            defaultValue={localField(format.timeZone, now + day)}
          />
        </label>
      ) : null}
      <p className="soft small">{t.silenceHint}</p>
    </fieldset>
  );
}

/** The end of a silence in epoch ms; undefined when it is missing or past. */
export function silenceEnd(fields: FormData, now: number, zone: string): number | undefined {
  const choice = String(fields.get('silence'));
  if (choice === '1h') return now + hour;
  if (choice === '8h') return now + 8 * hour;
  const until = choice.startsWith('at:')
    ? Number(choice.slice('at:'.length))
    : parseLocal(zone, String(fields.get('end')));
  return until !== undefined && until > now ? until : undefined;
}
