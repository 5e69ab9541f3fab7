import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SwapRequest } from '#contract/http/onboarding.ts';
import { onboardingApi } from '../../api/api.ts';
import { consumptionQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/use-text.ts';
import { localField, parseLocal } from '../../lib/site-time.ts';
import { useGatewayNow, useLive } from '../../live/use-live.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useFormat } from '../../ui/format-context.tsx';
import { meterText } from './meter.text.ts';
import type { Meter } from './meter.ts';
import { type LastReading, type SwapFields, type SwapProblem, swapOf, swapWarnings } from './swap-check.ts';
import { useLastReading } from './use-last-reading.ts';

interface DialogProps {
  readonly meter: Meter;
  readonly onClose: () => void;
}

/** First the two readings and the two names, then what the books will do; only then is it recorded. */
export function SwapDialog({ meter, onClose }: DialogProps) {
  const t = useText(meterText);
  const format = useFormat();
  const { client: live } = useLive();
  const client = useQueryClient();
  const [fields, setFields] = useState<SwapFields>(() => ({
    ...{ final: '', initial: '0', serial: '', doneBy: '', witness: '', note: '' },
    at: localField(format.timeZone, live.gatewayNow()),
  }));
  const [checked, setChecked] = useState<SwapRequest | undefined>();
  const [problem, setProblem] = useState<SwapProblem | undefined>();
  const save = useMutation({
    mutationFn: (swap: SwapRequest) => onboardingApi.addSwap(meter.device, swap),
    onSuccess: async () => {
      onClose();
      await Promise.all(
        [['devices', meter.device], ['consumption'], ['series']].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      );
    },
  });
  const submit = (): void => {
    if (checked) {
      save.mutate(checked);
      return;
    }
    const read = swapOf(meter.metric, fields, parseLocal(format.timeZone, fields.at), live.gatewayNow());
    setProblem(read.ok ? undefined : read.problem);
    if (read.ok) setChecked(read.swap);
  };
  return (
    <FormDialog
      title={t.swapTitle}
      action={checked ? t.confirm : t.check}
      busyAction={t.saving}
      isBusy={save.isPending}
      error={save.error}
      onSubmit={submit}
      onClose={onClose}
    >
      {checked ? (
        <Check
          meter={meter}
          swap={checked}
          onEdit={() => {
            save.reset();
            setChecked(undefined);
          }}
        />
      ) : (
        <Fields
          meter={meter}
          fields={fields}
          onField={(name, value) => {
            setProblem(undefined);
            setFields((before) => ({ ...before, [name]: value }));
          }}
        />
      )}
      {problem === undefined || checked ? null : (
        <p className="form-dialog-problem" role="alert">
          {t[problem]}
        </p>
      )}
    </FormDialog>
  );
}

interface FieldsProps {
  readonly meter: Meter;
  readonly fields: SwapFields;
  readonly onField: (name: keyof SwapFields, value: string) => void;
}

function Fields({ meter, fields, onField }: FieldsProps) {
  const t = useText(meterText);
  const format = useFormat();
  const now = useGatewayNow(10_000);
  const last = useLastReading(meter);
  const hint = last
    ? t.finalHint(format.quantity(last.value, meter.unit, 3), format.moment(last.ts, now))
    : t.finalNone;
  const text = (name: keyof SwapFields, label: string, isNumber = false) => (
    <label className="field">
      <span>{label}</span>
      <input
        className="input"
        value={fields[name]}
        maxLength={64}
        autoComplete="off"
        {...(isNumber ? { inputMode: 'decimal' } : {})}
        onChange={({ target }) => onField(name, target.value)}
      />
    </label>
  );
  return (
    <>
      <div className="meter-pair">
        {text('final', `${t.final} (${meter.unit})`, true)}
        {text('initial', `${t.initial} (${meter.unit})`, true)}
      </div>
      <p className="soft small">
        {hint}
        <br />
        {t.ratioHint}
      </p>
      <div className="meter-pair">
        <label className="field">
          <span>{t.swapAt}</span>
          <input
            className="input"
            type="datetime-local"
            value={fields.at}
            onChange={({ target }) => onField('at', target.value)}
          />
        </label>
        {text('serial', t.newSerial)}
        {text('doneBy', t.doneBy)}
        {text('witness', t.witness)}
      </div>
      <label className="field">
        <span>
          {t.note} <small>{t.notePlace}</small>
        </span>
        <textarea
          className="input"
          rows={2}
          maxLength={500}
          value={fields.note}
          onChange={({ target }) => onField('note', target.value)}
        />
      </label>
    </>
  );
}

interface CheckProps {
  readonly meter: Meter;
  readonly swap: SwapRequest;
  readonly onEdit: () => void;
}

/** What the books will do, and what looks odd. */
function Check({ meter, swap, onEdit }: CheckProps) {
  const t = useText(meterText);
  const format = useFormat();
  const now = useGatewayNow(60_000);
  const last = useLastReading(meter);
  const perDay = useUsualDay(meter, now);
  const say = (value: number): string => format.quantity(value, meter.unit, 3);
  const before: LastReading | undefined = last && last.ts <= swap.at ? last : undefined;
  const gap = before ? swap.finalReading - before.value : undefined;
  const warnings = swapWarnings(swap, before, perDay, now);
  return (
    <div className="meter-check">
      <p>{t.books(say(swap.finalReading), say(swap.initialReading))}</p>
      {before && gap !== undefined && gap > 0 ? <p>{t.booksGap(say(gap), say(before.value))}</p> : null}
      {gap === 0 ? <p>{t.booksSame}</p> : null}
      <p>{t.booksSigned(swap.doneBy, swap.witness)}</p>
      {warnings.length === 0 ? null : (
        <div className="meter-warn" role="alert">
          <p>{t.warn}</p>
          <ul>
            {warnings.map((warning) => (
              <li key={warning}>
                {warning === 'warnBelow' || warning === 'warnFar' ? t[warning](say(Math.abs(gap ?? 0))) : t[warning]}
              </li>
            ))}
          </ul>
        </div>
      )}
      <button type="button" className="button button-quiet" onClick={onEdit}>
        {t.edit}
      </button>
    </div>
  );
}

const day = 86_400_000;

/** Consumption of a usual day, from the last two weeks; undefined while or when nobody knows. */
function useUsualDay({ device, metric }: Meter, now: number): number | undefined {
  const to = Math.floor(now / day) * day;
  const resource = metric === 'water_total_m3' ? 'water' : 'electricity';
  const { data } = useQuery(consumptionQuery({ device, resource, from: to - 14 * day, to, step: 'day' }));
  const known = data?.buckets.flatMap(({ value }) => (value === null ? [] : [value])) ?? [];
  return known.length < 3 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}
