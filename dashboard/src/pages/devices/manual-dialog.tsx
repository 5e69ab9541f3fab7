import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ManualReadingRequest, ManualReadingResult } from '#contract/http/onboarding.ts';
import { onboardingApi } from '../../api/api.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { localField, parseLocal } from '../../lib/site-time.ts';
import { useGatewayNow, useLive } from '../../live/use-live.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useFormat } from '../../ui/format-context.tsx';
import { meterText } from './meter.text.ts';
import type { Meter } from './meter.ts';
import { readingOf } from './swap-check.ts';

interface DialogProps {
  readonly meter: Meter;
  readonly onClose: () => void;
}

type Problem = 'needValue' | 'needReadAt' | 'needNote';

interface Typed {
  readonly value: string;
  readonly at: string;
  readonly note: string;
}

/** What was typed as a request, or what is missing in it. One that was refused needs a reason. */
function readingFrom(
  typed: Typed,
  { metric }: Meter,
  isRefused: boolean,
  zone: string,
  now: number,
): ManualReadingRequest | Problem {
  const value = readingOf(typed.value);
  const at = parseLocal(zone, typed.at);
  const note = typed.note.trim();
  if (value === undefined) return 'needValue';
  if (at === undefined || at > now) return 'needReadAt';
  if (isRefused && note === '') return 'needNote';
  return { metric, value, at, confirmed: isRefused, ...(note === '' ? {} : { note }) };
}

/** A reading taken off the display. An unusual one is stored only after a second look, with a reason. */
export function ManualDialog({ meter, onClose }: DialogProps) {
  const t = useText(meterText);
  const format = useFormat();
  const { client: live } = useLive();
  const client = useQueryClient();
  const [typed, setTyped] = useState<Typed>(() => ({
    value: '',
    at: localField(format.timeZone, live.gatewayNow()),
    note: '',
  }));
  const [problem, setProblem] = useState<Problem | undefined>();
  const save = useMutation({
    mutationFn: (reading: ManualReadingRequest) => onboardingApi.addReading(meter.device, reading),
    onSuccess: async ({ stored }) => {
      if (stored)
        await Promise.all(
          [['consumption'], ['series'], ['samples']].map((queryKey) => client.invalidateQueries({ queryKey })),
        );
    },
  });
  const answer = save.data;
  const isRefused = answer?.stored === false;
  const submit = (): void => {
    if (answer?.stored) {
      onClose();
      return;
    }
    const read = readingFrom(typed, meter, isRefused, format.timeZone, live.gatewayNow());
    setProblem(typeof read === 'string' ? read : undefined);
    if (typeof read !== 'string') save.mutate(read);
  };
  return (
    <FormDialog
      title={answer?.stored ? t.storedTitle : t.readingTitle}
      action={answer?.stored ? t.close : isRefused ? t.storeAnyway : t.checkReading}
      busyAction={t.saving}
      isBusy={save.isPending}
      error={save.error}
      onSubmit={submit}
      onClose={onClose}
    >
      {answer?.stored ? null : (
        <Fields
          unit={meter.unit}
          typed={typed}
          onTyped={(change) => {
            setTyped({ ...typed, ...change });
            // Another number is another question; a reason is the answer to this one.
            if (change.note === undefined) save.reset();
          }}
        />
      )}
      {answer ? <Answer answer={answer} meter={meter} /> : null}
      {problem === undefined ? null : (
        <p className="form-dialog-problem" role="alert">
          {t[problem]}
        </p>
      )}
    </FormDialog>
  );
}

interface FieldsProps {
  readonly unit: string;
  readonly typed: Typed;
  readonly onTyped: (change: Partial<Typed>) => void;
}

function Fields({ unit, typed, onTyped }: FieldsProps) {
  const t = useText(meterText);
  return (
    <>
      <div className="meter-pair">
        <label className="field">
          <span>{`${t.value} (${unit})`}</span>
          <input
            className="input"
            inputMode="decimal"
            autoComplete="off"
            value={typed.value}
            onChange={({ target }) => onTyped({ value: target.value })}
          />
        </label>
        <label className="field">
          <span>{t.readAt}</span>
          <input
            className="input"
            type="datetime-local"
            value={typed.at}
            onChange={({ target }) => onTyped({ at: target.value })}
          />
        </label>
      </div>
      <p className="soft small">{t.ratioHint}</p>
      <label className="field">
        <span>{t.note}</span>
        <textarea
          className="input"
          rows={2}
          maxLength={500}
          value={typed.note}
          onChange={({ target }) => onTyped({ note: target.value })}
        />
      </label>
    </>
  );
}

function Answer({ answer, meter }: { readonly answer: ManualReadingResult; readonly meter: Meter }) {
  const t = useText(meterText);
  const language = useLanguage();
  const format = useFormat();
  const now = useGatewayNow(60_000);
  const { check, stored } = answer;
  return (
    <div className={stored ? 'meter-check' : 'meter-warn'} role="status">
      {stored ? null : <p>{t.unusual}</p>}
      <p>
        <strong>{pick(check.sentence, language)}</strong>
      </p>
      {check.previous ? (
        <p className="small">
          {t.previous(format.quantity(check.previous.value, meter.unit, 3), format.moment(check.previous.ts, now))}
        </p>
      ) : null}
    </div>
  );
}
