import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { DEVICE_KINDS } from '#contract/enums.ts';
import { messageOf } from '../../api/error-message.ts';
import { placesQuery } from '../../api/queries.ts';
import { deviceKindText } from '../../i18n/device-kind.text.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useDevices } from '../../live/use-live.ts';
import { deviceProblems, type FieldProblems, refusedFields } from './device-fields.ts';
import './device-form.css';
import type { DeviceFieldName, FilledDevice } from './onboard-draft.ts';
import { onboardDeviceText } from './onboarding.text.ts';
import { placeOptions } from './place-options.ts';

interface FormProps {
  /** What is shown: as typed, else as proposed. */
  readonly fields: FilledDevice;
  readonly onField: (name: DeviceFieldName, value: string) => void;
  /** Seconds between kept messages; undefined: too few to tell. */
  readonly seenIntervalS: number | undefined;
  /** A profile will be written, which has a name of its own. */
  readonly makesProfile: boolean;
  readonly isBusy: boolean;
  /** What the gateway refused, if anything. */
  readonly error: unknown;
  readonly onSave: () => void;
}

/** Which device it is, where it stands, who looks after it. */
export function DeviceForm(props: FormProps) {
  const { fields, onField, makesProfile, isBusy, error, onSave } = props;
  const t = useText(onboardDeviceText);
  const language = useLanguage();
  const devices = useDevices();
  const [isTold, setTold] = useState(false);
  const nameOf = (id: string): string | undefined => {
    const owner = devices.find((device) => device.id === id);
    return owner && pick(owner.name, language);
  };
  const typed = deviceProblems(fields, { nameOf }, t);
  const problems: FieldProblems = { ...refusedFields(error), ...(isTold ? typed : {}) };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setTold(true);
    const [first] = Object.keys(typed);
    if (first === undefined) onSave();
    else event.currentTarget.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
  };
  const at = { fields, onField, problems };
  return (
    <form className="device-form" onSubmit={submit} noValidate>
      <TextField {...at} name="name" label={t.name} hint={t.nameHint} />
      <TextField {...at} name="id" label={t.id} hint={t.idHint} />
      <KindField {...at} />
      <PlaceField {...at} />
      <TextField {...at} name="custodian" label={t.custodian} list={custodiansOf(devices)} />
      <TextField
        {...at}
        name="intervalS"
        label={t.interval}
        hint={props.seenIntervalS === undefined ? t.intervalGuess : t.intervalFrom(props.seenIntervalS)}
        mode="numeric"
      />
      <MeterFields {...at} />
      {makesProfile ? <TextField {...at} name="profileName" label={t.profileName} hint={t.profileHint} /> : null}
      {error ? (
        <p className="onboard-refused" role="alert">
          {messageOf(error, language)}
        </p>
      ) : null}
      <button type="submit" className="button button-main" disabled={isBusy}>
        {isBusy ? t.saving : t.save}
      </button>
    </form>
  );
}

const custodiansOf = (devices: readonly { readonly custodian: string | null }[]): readonly string[] => [
  ...new Set(devices.flatMap(({ custodian }) => (custodian === null ? [] : [custodian]))),
];

interface AtProps {
  readonly fields: FilledDevice;
  readonly onField: (name: DeviceFieldName, value: string) => void;
  readonly problems: FieldProblems;
}

function MeterFields(at: AtProps) {
  const t = useText(onboardDeviceText);
  const { kind } = at.fields;
  if (kind !== 'electricity-meter' && kind !== 'water-meter') return null;
  return (
    <>
      <TextField {...at} name="digits" label={t.digits} hint={t.digitsHint} mode="numeric" />
      {kind === 'electricity-meter' ? (
        <>
          <TextField {...at} name="ct" label={t.ct} hint={t.ratioHint} mode="decimal" />
          <TextField {...at} name="pt" label={t.pt} mode="decimal" />
        </>
      ) : null}
    </>
  );
}

interface TextFieldProps extends AtProps {
  readonly name: DeviceFieldName;
  readonly label: string;
  readonly hint?: string;
  readonly mode?: 'numeric' | 'decimal';
  readonly list?: readonly string[];
}

function TextField({ fields, onField, problems, name, label, hint, mode, list }: TextFieldProps) {
  const listId = useId();
  return (
    <Field name={name} label={label} hint={hint} problem={problems[name]}>
      {(described) => (
        <input
          className="input"
          name={name}
          value={fields[name]}
          maxLength={64}
          autoComplete="off"
          {...described}
          {...(mode === undefined ? {} : { inputMode: mode })}
          {...(list === undefined ? {} : { list: listId })}
          onChange={(event) => onField(name, event.target.value)}
        />
      )}
      {list === undefined ? null : (
        <datalist id={listId}>
          {list.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </Field>
  );
}

function KindField({ fields, onField, problems }: AtProps) {
  const t = useText(onboardDeviceText);
  const kinds = useText(deviceKindText);
  return (
    <Field name="kind" label={t.kind} problem={problems.kind}>
      {(described) => (
        <select
          className="input"
          name="kind"
          value={fields.kind}
          {...described}
          onChange={(event) => onField('kind', event.target.value)}
        >
          {DEVICE_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {kinds[kind]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function PlaceField({ fields, onField, problems }: AtProps) {
  const t = useText(onboardDeviceText);
  const language = useLanguage();
  const { data: places = [] } = useQuery(placesQuery);
  return (
    <Field name="place" label={t.place} problem={problems.place}>
      {(described) => (
        <select
          className="input"
          name="place"
          value={fields.place}
          {...described}
          onChange={(event) => onField('place', event.target.value)}
        >
          <option value="">{t.placeChoose}</option>
          {placeOptions(places).map(({ place, depth }) => (
            <option key={place.id} value={place.id}>
              {`${'\u3000'.repeat(depth)}${pick(place.name, language)}`}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly problem?: string | undefined;
  readonly children: readonly [Control, ReactNode] | Control;
}

type Control = (described: {
  readonly id: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: true;
}) => ReactNode;

/** A label, its control, what it is for, and what is wrong with it. */
function Field({ name, label, hint, problem, children }: FieldProps) {
  const id = useId();
  const [control, more] = typeof children === 'function' ? [children, null] : children;
  const isDescribed = hint !== undefined || problem !== undefined;
  return (
    <div className="field device-field" data-field={name}>
      <label htmlFor={id}>{label}</label>
      {control({
        id,
        ...(isDescribed ? { 'aria-describedby': `${id}-hint` } : {}),
        ...(problem === undefined ? {} : { 'aria-invalid': true }),
      })}
      {more}
      {isDescribed ? (
        <small id={`${id}-hint`} className={problem === undefined ? 'soft' : 'field-problem'}>
          {problem ?? hint}
        </small>
      ) : null}
    </div>
  );
}
