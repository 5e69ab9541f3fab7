import { useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { pickText } from './onboarding.text.ts';
import { type Pick, sameScale, unitsOf } from './pick.ts';

interface ChoiceProps {
  readonly pick: Pick;
  readonly onScale: (scale: string) => void;
}

/** The unit the device counts in; a factor of one's own where none fits. */
export function UnitChoice({ pick, onScale }: ChoiceProps) {
  const t = useText(pickText);
  const units = unitsOf(pick.metric);
  const fitting = units.find(([, scale]) => sameScale(scale, pick.scale));
  const [isOwn, setOwn] = useState(fitting === undefined && pick.scale !== '1');
  if (pick.metric === '') return null;
  const shown = isOwn ? 'own' : (fitting?.[1] ?? '1');
  return (
    <div className="unit-choice">
      <label className="field">
        <span>{t.unit}</span>
        <select
          className="input"
          value={shown}
          onChange={({ target: { value } }) => {
            setOwn(value === 'own');
            if (value !== 'own') onScale(value);
          }}
        >
          {units.length === 0 ? <option value="1">—</option> : null}
          {units.map(([unit, scale]) => (
            <option key={unit} value={scale}>
              {unit}
            </option>
          ))}
          <option value="own">{t.otherFactor}</option>
        </select>
      </label>
      {isOwn ? (
        <label className="field">
          <span>{t.factor}</span>
          <input
            className="input"
            value={pick.scale}
            inputMode="decimal"
            onChange={({ target }) => onScale(target.value)}
          />
        </label>
      ) : null}
    </div>
  );
}
