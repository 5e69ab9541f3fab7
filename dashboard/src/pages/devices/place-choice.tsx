import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { PLACE_KINDS } from '#contract/enums.ts';
import type { Place } from '#contract/http/campus.ts';
import { onboardingApi } from '../../api/api.ts';
import { messageOf } from '../../api/error-message.ts';
import { placesQuery } from '../../api/queries.ts';
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

const NEW = '+';

/** Where a device stands; a place that is not there yet is made on the spot. */
export function PlaceChoice({ value, onValue, problem }: ChoiceProps) {
  const t = useText(entryText);
  const { data: places = [] } = useQuery(placesQuery);
  const [isNew, setNew] = useState(false);
  return (
    <>
      <EntryField name="place" label={t.place} problem={problem}>
        {(described) => (
          <select
            className="input"
            name="place"
            value={isNew ? NEW : value}
            {...described}
            onChange={({ target }) => {
              setNew(target.value === NEW);
              if (target.value !== NEW) onValue(target.value);
            }}
          >
            <option value="">{t.placeChoose}</option>
            <PlaceOptions places={places} />
            <option value={NEW}>{t.placeNew}</option>
          </select>
        )}
      </EntryField>
      {isNew ? (
        <NewPlace
          places={places}
          near={value}
          onMade={(place) => {
            setNew(false);
            onValue(place);
          }}
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

interface NewProps {
  readonly places: readonly Place[];
  /** The place that was chosen before: the new one is proposed beside it. */
  readonly near: string;
  readonly onMade: (place: string) => void;
}

function NewPlace({ places, near, onMade }: NewProps) {
  const t = useText(entryText);
  const language = useLanguage();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<(typeof PLACE_KINDS)[number]>('room');
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
            {...described}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </EntryField>
      <div className="new-place-where">
        <label className="field">
          <span>{t.placeKind}</span>
          <select
            className="input"
            value={kind}
            onChange={({ target }) => setKind(PLACE_KINDS.find((one) => one === target.value) ?? 'room')}
          >
            {PLACE_KINDS.map((one) => (
              <option key={one} value={one}>
                {t[one]}
              </option>
            ))}
          </select>
        </label>
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
      <button
        type="button"
        className="button"
        disabled={add.isPending}
        onClick={() => {
          setTold(true);
          if (name.trim() !== '') add.mutate();
        }}
      >
        {add.isPending ? t.placeAdding : t.placeAdd}
      </button>
    </fieldset>
  );
}
