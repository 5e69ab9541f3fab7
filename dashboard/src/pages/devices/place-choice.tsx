import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { PLACE_KINDS } from '#contract/enums.ts';
import type { Place } from '#contract/http/campus.ts';
import { onboardingApi } from '../../api/api.ts';
import { messageOf } from '../../api/error-message.ts';
import { placesQuery } from '../../api/queries.ts';
import { commonText } from '../../i18n/common.text.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { freeId, slugOf } from '../onboarding/onboard-draft.ts';
import { placeOptions } from '../onboarding/place-options.ts';
import { entryText } from './entry.text.ts';
import { EntryField } from './entry-field.tsx';

interface ChoiceProps {
  readonly value: string;
  readonly onValue: (place: string) => void;
  readonly problem?: string | undefined;
}

/** Where a device stands; a place that is not there yet is made on the spot. */
export function PlaceChoice({ value, onValue, problem }: ChoiceProps) {
  const t = useText(entryText);
  const { data: places = [] } = useQuery(placesQuery);
  const [isNew, setNew] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  // The fields that had the focus are gone.
  const close = (): void => {
    flushSync(() => setNew(false));
    opener.current?.focus();
  };
  return (
    <>
      <EntryField name="place" label={t.place} problem={problem}>
        {(described) => (
          <select
            className="input"
            name="place"
            value={value}
            {...described}
            onChange={({ target }) => onValue(target.value)}
          >
            <option value="">{t.placeChoose}</option>
            <PlaceOptions places={places} />
          </select>
        )}
        {isNew ? null : (
          <button ref={opener} type="button" className="button place-new" onClick={() => setNew(true)}>
            {t.placeNew}
          </button>
        )}
      </EntryField>
      {isNew ? (
        <NewPlace
          places={places}
          near={value}
          onMade={(place) => {
            close();
            onValue(place);
          }}
          onCancel={close}
        />
      ) : null}
    </>
  );
}

function PlaceOptions({ places }: { readonly places: readonly Place[] }) {
  const language = useLanguage();
  return placeOptions(places).map(({ place, depth }) => (
    <option key={place.id} value={place.id}>
      {`${'\u3000'.repeat(depth)}${pick(place.name, language)}`}
    </option>
  ));
}

type PlaceKind = (typeof PLACE_KINDS)[number];

interface KindProps {
  readonly kind: PlaceKind;
  readonly onKind: (kind: PlaceKind) => void;
}

function KindChoice({ kind, onKind }: KindProps) {
  const t = useText(entryText);
  return (
    <label className="field">
      <span>{t.placeKind}</span>
      <select
        className="input"
        value={kind}
        onChange={({ target }) => onKind(PLACE_KINDS.find((one) => one === target.value) ?? 'room')}
      >
        {PLACE_KINDS.map((one) => (
          <option key={one} value={one}>
            {t[one]}
          </option>
        ))}
      </select>
    </label>
  );
}

interface NewProps {
  readonly places: readonly Place[];
  /** The place that was chosen before: the new one is proposed beside it. */
  readonly near: string;
  readonly onMade: (place: string) => void;
  readonly onCancel: () => void;
}

function NewPlace({ places, near, onMade, onCancel }: NewProps) {
  const t = useText(entryText);
  const common = useText(commonText);
  const language = useLanguage();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<PlaceKind>('room');
  const beside = places.find(({ id }) => id === near);
  const [parent, setParent] = useState(
    (beside?.kind === 'room' ? beside.parent : beside?.id) ?? places.find((place) => place.parent === null)?.id ?? '',
  );
  const [isTold, setTold] = useState(false);
  const id = freeId(slugOf(name) || `${kind}-1`, new Set(places.map((place) => place.id)));
  const add = useMutation({
    mutationFn: () => onboardingApi.addPlace({ id, name: name.trim(), kind, ...(parent === '' ? {} : { parent }) }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: placesQuery.queryKey });
      onMade(made.id);
    },
  });
  const submit = (): void => {
    setTold(true);
    if (name.trim() !== '' && !add.isPending) add.mutate();
  };
  return (
    <fieldset className="new-place">
      <legend>{t.newPlace}</legend>
      <EntryField
        name="newPlace"
        label={t.placeName}
        problem={isTold && name.trim() === '' ? t.placeNameMissing : undefined}
      >
        {(described) => (
          <input
            className="input"
            value={name}
            maxLength={64}
            autoComplete="off"
            // biome-ignore lint/a11y/noAutofocus: the field was just asked for by its button
            autoFocus
            {...described}
            onChange={(event) => setName(event.target.value)}
            // The form around it is another one: Enter adds the place and does not save the device.
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              submit();
            }}
          />
        )}
      </EntryField>
      <div className="new-place-where">
        <KindChoice kind={kind} onKind={setKind} />
        <label className="field">
          <span>{t.placeParent}</span>
          <select className="input" value={parent} onChange={({ target }) => setParent(target.value)}>
            <PlaceOptions places={places} />
          </select>
        </label>
      </div>
      {add.error ? (
        <p className="onboard-refused" role="alert">
          {messageOf(add.error, language)}
        </p>
      ) : null}
      <div className="new-place-buttons">
        <button type="button" className="button" disabled={add.isPending} onClick={submit}>
          {add.isPending ? t.placeAdding : t.placeAdd}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          {common.cancel}
        </button>
      </div>
    </fieldset>
  );
}
