import { useText } from '../../i18n/use-text.ts';
import { onboardingText } from './onboarding.text.ts';

interface LevelsProps {
  readonly levels: readonly string[];
  readonly level: number | null;
  readonly onLevel: (level: number | null) => void;
}

/** The topic itself, to say which of its levels names the device. */
export function TopicLevels({ levels, level, onLevel }: LevelsProps) {
  const t = useText(onboardingText);
  return (
    <fieldset className="topic-levels">
      <legend>{t.deviceName}</legend>
      <div className="topic-levels-row">
        {levels.map((name, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a level is its place in the topic
          <span key={index}>
            {index === 0 ? null : <span className="soft">/</span>}
            <label className="topic-level">
              <input type="radio" name="level" checked={level === index} onChange={() => onLevel(index)} />
              <code>{name === '' ? '∅' : name}</code>
            </label>
          </span>
        ))}
        <label className="topic-level topic-whole">
          <input type="radio" name="level" checked={level === null} onChange={() => onLevel(null)} />
          {t.wholeTopic}
        </label>
      </div>
      <p className="soft small">{t.levelHint}</p>
    </fieldset>
  );
}
