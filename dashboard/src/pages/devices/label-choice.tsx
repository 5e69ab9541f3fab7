import { Link } from '@tanstack/react-router';
import type { Device } from '#contract/http/campus.ts';
import { commonText } from '../../i18n/common.text.ts';
import { useText } from '../../i18n/use-text.ts';
import { readsAsOffice } from '../../lib/permissions.ts';
import { useMe } from '../../shell/use-me.ts';
import { labelsText } from './labels.text.ts';

interface ChoiceProps {
  readonly shown: readonly Device[];
  /** Undefined: nothing is being chosen. */
  readonly chosen: ReadonlySet<string> | undefined;
  readonly onChosen: (chosen: ReadonlySet<string> | undefined) => void;
}

/** Chooses devices in the table to print their labels. */
export function LabelChoice({ shown, chosen, onChosen }: ChoiceProps) {
  const t = useText(labelsText);
  const common = useText(commonText);
  if (!readsAsOffice(useMe())) return null;
  if (chosen === undefined)
    return (
      <button type="button" className="button" onClick={() => onChosen(new Set())}>
        {t.choose}
      </button>
    );
  return (
    <div className="device-choosing">
      <button type="button" className="button" onClick={() => onChosen(new Set(shown.map(({ id }) => id)))}>
        {t.all}
      </button>
      <button type="button" className="button" onClick={() => onChosen(undefined)}>
        {common.cancel}
      </button>
      {chosen.size === 0 ? null : (
        <Link to="/devices/labels" search={{ ids: [...chosen].join(',') }} className="button button-main">
          {t.chosen(chosen.size)}
        </Link>
      )}
    </div>
  );
}
