import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { commonText } from '../i18n/common.text.ts';
import { useText } from '../i18n/use-text.ts';
import { destinations } from './destinations.ts';
import { shellText } from './shell.text.ts';

const chordMs = 1_200;

/** Whether a key belongs to a field, so that no shortcut may take it. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable="true"], dialog') !== null
  );
}

/** `g` and a letter go to a page, `?` shows the list. */
export function Keyboard() {
  const t = useText(shellText);
  const common = useText(commonText);
  const navigate = useNavigate();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    let chordUntil = 0;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const inChord = event.timeStamp < chordUntil;
      chordUntil = event.key === 'g' ? event.timeStamp + chordMs : 0;
      if (event.key === '?') dialog.current?.showModal();
      const destination = inChord ? destinations.find(({ key }) => key === event.key) : undefined;
      if (!destination) return;
      // Nobody else may take the letter: after `g`, `a` means the alerts and must not acknowledge the one in focus.
      event.preventDefault();
      event.stopPropagation();
      navigate({ to: destination.to }).catch(() => undefined);
    };
    document.addEventListener('keydown', onKey, true);
    return () => document.removeEventListener('keydown', onKey, true);
  }, [navigate]);
  return (
    <dialog className="dialog" ref={dialog} aria-label={t.keyboard}>
      <h2>{t.keyboard}</h2>
      <dl className="keys">
        {destinations.map(({ key, name }) => (
          <div key={key}>
            <dt>
              <kbd>g</kbd> {t.keyThen} <kbd>{key}</kbd>
            </dt>
            <dd>{`${t.keyGo} ${t[name]}`}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>j</kbd> <kbd>k</kbd>
          </dt>
          <dd>{t.keyMove}</dd>
        </div>
        <div>
          <dt>
            <kbd>a</kbd>
          </dt>
          <dd>{t.keyAck}</dd>
        </div>
        <div>
          <dt>
            <kbd>?</kbd>
          </dt>
          <dd>{t.keyHelp}</dd>
        </div>
      </dl>
      <form method="dialog">
        <button type="submit" className="button">
          {common.close}
        </button>
      </form>
    </dialog>
  );
}
