import type { Device } from '#contract/http/campus.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useDevices } from '../../live/use-live.ts';
import { entryText } from './entry.text.ts';
import { EntryField } from './entry-field.tsx';

interface ChoiceProps {
  /** The device itself, which cannot be above itself. */
  readonly of: string;
  readonly value: readonly string[];
  readonly onValue: (parents: readonly string[]) => void;
  readonly problem?: string | undefined;
}

/** What usually stands above others comes first. */
const rank = ({ kind }: Device): number => ['switch', 'nvr', 'electricity-meter', 'water-meter'].indexOf(kind) >>> 0;

/** Devices without which this one cannot be seen, nearest first. */
export function ParentChoice({ of, value, onValue, problem }: ChoiceProps) {
  const t = useText(entryText);
  const language = useLanguage();
  const devices = useDevices();
  const nameOf = (id: string): string => {
    const found = devices.find((device) => device.id === id);
    return found === undefined ? id : pick(found.name, language);
  };
  const offered = devices.filter(({ id }) => id !== of && !value.includes(id)).toSorted((a, b) => rank(a) - rank(b));
  return (
    <EntryField name="dependsOn" label={t.parents} hint={t.parentsHint} problem={problem}>
      {(described) => (
        <select
          className="input"
          name="dependsOn"
          value=""
          {...described}
          onChange={({ target }) => {
            if (target.value !== '') onValue([...value, target.value]);
          }}
        >
          <option value="">{t.parentAdd}</option>
          {offered.map(({ id, name }) => (
            <option key={id} value={id}>
              {pick(name, language)}
            </option>
          ))}
        </select>
      )}
      {value.length === 0 ? null : (
        <ul className="parent-list">
          {value.map((id) => (
            <li key={id}>
              {nameOf(id)}
              <button
                type="button"
                className="button button-quiet"
                aria-label={t.parentRemove(nameOf(id))}
                onClick={() => onValue(value.filter((one) => one !== id))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
    </EntryField>
  );
}
