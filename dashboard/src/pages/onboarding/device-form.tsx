import { type FormEvent, useState } from 'react';
import { DEVICE_KINDS } from '#contract/enums.ts';
import { tagName } from '#contract/tags.ts';
import { messageOf } from '../../api/error-message.ts';
import { deviceKindText } from '../../i18n/device-kind.text.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { wordsOf } from '../../lib/words-of.ts';
import { useAllDevices } from '../../live/use-live.ts';
import { entryText } from '../devices/entry.text.ts';
import { EntryField, EntryText } from '../devices/entry-field.tsx';
import { ParentChoice } from '../devices/parent-choice.tsx';
import { PlaceChoice } from '../devices/place-choice.tsx';
import { RulesWatching } from '../devices/rules-watching.tsx';
import { deviceProblems, type FieldProblems, refusedFields } from './device-fields.ts';
import './device-form.css';
import type { DeviceFieldName, FilledDevice } from './onboard-draft.ts';
import { onboardDeviceText } from './onboarding.text.ts';

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
  const entry = useText(entryText);
  const language = useLanguage();
  const devices = useAllDevices();
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
      <PlaceChoice value={fields.place} onValue={(place) => onField('place', place)} problem={problems.place} />
      <TextField {...at} name="custodian" label={t.custodian} list={custodiansOf(devices)} />
      <TextField
        {...at}
        name="intervalS"
        label={t.interval}
        hint={props.seenIntervalS === undefined ? t.intervalGuess : t.intervalFrom(props.seenIntervalS)}
        mode="numeric"
      />
      <ParentChoice
        of={fields.id}
        value={wordsOf(fields.dependsOn)}
        onValue={(parents) => onField('dependsOn', parents.join(', '))}
        problem={problems.dependsOn}
      />
      <TextField
        {...at}
        name="tags"
        label={entry.tags}
        hint={entry.tagsHint}
        list={tagsOf(devices).map((tag) => tagName(tag, language))}
      />
      <RulesWatching
        kind={DEVICE_KINDS.find((kind) => kind === fields.kind) ?? 'sensor'}
        place={fields.place}
        tags={wordsOf(fields.tags)}
        onTag={(tag) => onField('tags', [...wordsOf(fields.tags), tag].join(', '))}
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

export const tagsOf = (devices: readonly { readonly tags: readonly string[] }[]): readonly string[] => [
  ...new Set(devices.flatMap(({ tags }) => tags)),
];

export const custodiansOf = (devices: readonly { readonly custodian: string | null }[]): readonly string[] => [
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

function TextField({ fields, onField, problems, name, ...field }: TextFieldProps) {
  return (
    <EntryText
      {...field}
      name={name}
      problem={problems[name]}
      value={fields[name]}
      maxLength={name === 'tags' ? 400 : 64}
      onValue={(value) => onField(name, value)}
    />
  );
}

function KindField({ fields, onField, problems }: AtProps) {
  const t = useText(onboardDeviceText);
  const kinds = useText(deviceKindText);
  return (
    <EntryField name="kind" label={t.kind} problem={problems.kind}>
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
    </EntryField>
  );
}
