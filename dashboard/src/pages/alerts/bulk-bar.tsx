import { useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { alertsText } from './alerts.text.ts';

interface BulkProps {
  /** Those that can be acknowledged, as they are listed. */
  readonly open: readonly string[];
  readonly selected: readonly string[];
  readonly isBusy: boolean;
  /** How many were refused the last time. */
  readonly failed: number;
  readonly onSelect: (ids: readonly string[]) => void;
  readonly onAck: (note: string) => void;
}

/** Acknowledges all that are selected, with one note for each of them. */
export function BulkBar({ open, selected, isBusy, failed, onSelect, onAck }: BulkProps) {
  const t = useText(alertsText);
  const [note, setNote] = useState('');
  const isAll = selected.length === open.length;
  return (
    <div className="bulk">
      <label>
        <input
          type="checkbox"
          checked={isAll}
          ref={(box) => {
            if (box) box.indeterminate = selected.length > 0 && !isAll;
          }}
          onChange={() => onSelect(isAll ? [] : open)}
        />
        {t.selectAll(open.length)}
      </label>
      {selected.length === 0 ? null : (
        <>
          <input
            className="input"
            aria-label={t.ackNote}
            placeholder={t.ackNote}
            maxLength={500}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
          <button type="button" className="button button-main" disabled={isBusy} onClick={() => onAck(note)}>
            {isBusy ? t.acking : t.ackSelected(selected.length)}
          </button>
        </>
      )}
      {failed > 0 && !isBusy ? <span role="alert">{t.ackFailed(failed)}</span> : null}
    </div>
  );
}
