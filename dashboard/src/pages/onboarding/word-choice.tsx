import { useId } from 'react';
import { useSay } from '../../charts/use-say.ts';
import { useText } from '../../i18n/use-text.ts';
import { pickText } from './onboarding.text.ts';

interface ChoiceProps {
  readonly metric: string;
  readonly map: Readonly<Record<string, number | null>>;
  readonly onMap: (map: Readonly<Record<string, number | null>>) => void;
}

/** What each word of the device means for a state: `true` means open. */
export function WordChoice({ metric, map, onMap }: ChoiceProps) {
  const t = useText(pickText);
  const say = useSay(metric);
  const group = useId();
  const meanings = [
    [1, say(1)],
    [0, say(0)],
    [null, t.unknown],
  ] as const;
  return (
    <div className="word-choice">
      {Object.entries(map).map(([word, value]) => (
        <fieldset key={word}>
          <legend>
            <code>{word}</code> {t.means}
          </legend>
          {meanings.map(([meaning, name]) => (
            <label key={name}>
              <input
                type="radio"
                name={`${group} ${word}`}
                checked={value === meaning}
                onChange={() => onMap({ ...map, [word]: meaning })}
              />
              {name}
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  );
}
