import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { Incident } from '#contract/http/alerts.ts';
import { api } from '../../api/api.ts';
import { messageOf } from '../../api/error-message.ts';
import { commonText } from '../../i18n/common.text.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useDevices, useLive } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { alertsText } from './alerts.text.ts';
import { SilenceFields, silenceEnd } from './silence-fields.tsx';

export type DialogAction = 'ack' | 'assign' | 'comment' | 'silence' | 'resolve';

interface ActionDialogProps {
  readonly action: DialogAction;
  readonly incident: Incident;
  readonly onClose: () => void;
}

/** The form of one action, open as long as it is rendered. A refusal of the gateway stays in it, with what was typed. */
export function ActionDialog({ action, incident, onClose }: ActionDialogProps) {
  const t = useText(alertsText);
  const common = useText(commonText);
  const language = useLanguage();
  const format = useFormat();
  const { client: live } = useLive();
  const client = useQueryClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  useEffect(() => dialog.current?.showModal(), []);
  const act = useMutation({
    mutationFn: (body: Readonly<Record<string, unknown>>) => api.actOnIncident(incident.id, action, body),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: ['incident', incident.id] });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const now = live.gatewayNow();
    const body = bodyOf(action, fields, now, format.timeZone);
    setWrong(body === undefined ? t.silenceEndBad : undefined);
    if (body) act.mutate(body);
  };
  const problem = wrong ?? (act.error ? messageOf(act.error, language) : undefined);
  return (
    <dialog className="dialog" ref={dialog} aria-labelledby={title} onClose={onClose}>
      <form className="action-form" onSubmit={submit}>
        <h2 id={title}>{t[action]}</h2>
        <p className="soft">{incident.sentence[language]}</p>
        <Fields action={action} incident={incident} />
        {problem === undefined ? null : (
          <p className="action-problem" role="alert">
            {problem}
          </p>
        )}
        <div className="action-buttons">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {common.cancel}
          </button>
          <button type="submit" className="button button-main" disabled={act.isPending}>
            {act.isPending ? t.submitting : t.submit}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** The body the gateway expects (contract/http/alerts.ts: incidentActions); undefined when a silence has no good end. */
function bodyOf(
  action: DialogAction,
  fields: FormData,
  now: number,
  zone: string,
): Readonly<Record<string, unknown>> | undefined {
  const field = (name: string): string => String(fields.get(name) ?? '').trim();
  const note = field('note') === '' ? {} : { note: field('note') };
  if (action === 'assign') return { assignee: field('assignee'), ...note };
  if (action === 'resolve') return { reason: field('reason') };
  if (action === 'comment') return { note: field('note') };
  if (action === 'ack') return note;
  const until = silenceEnd(fields, now, zone);
  return until === undefined ? undefined : { until, ...note };
}

function Fields({ action, incident }: Pick<ActionDialogProps, 'action' | 'incident'>): ReactNode {
  const t = useText(alertsText);
  if (action === 'comment') return <TextField name="note" label={t.commentText} required />;
  if (action === 'ack') return <TextField name="note" label={t.note} />;
  if (action === 'resolve')
    return (
      <>
        <TextField name="reason" label={t.reason} required />
        <p className="soft small">{t.resolveHint}</p>
      </>
    );
  return (
    <>
      {action === 'assign' ? <AssigneeField /> : <SilenceFields place={incident.place} />}
      <TextField name="note" label={t.note} />
    </>
  );
}

function TextField({
  name,
  label,
  required = false,
}: {
  readonly name: string;
  readonly label: string;
  readonly required?: boolean;
}) {
  return (
    <label className="field">
      <span>{label}</span>
      <textarea className="input" name={name} required={required} maxLength={500} rows={3} />
    </label>
  );
}

/** Whoever looks after a device is offered; any other name may be typed. */
function AssigneeField() {
  const t = useText(alertsText);
  const { user } = useMe();
  const list = useId();
  const custodians = useDevices().flatMap(({ custodian }) => (custodian === null ? [] : [custodian]));
  return (
    <label className="field">
      <span>{t.assignTo}</span>
      <input className="input" name="assignee" required maxLength={64} list={list} autoComplete="off" />
      <datalist id={list}>
        {[...new Set([user.name, ...custodians])].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}
