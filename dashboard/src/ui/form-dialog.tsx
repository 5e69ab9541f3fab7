import { type FormEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { messageOf } from '../api/error-message.ts';
import { commonText } from '../i18n/common.text.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import './form-dialog.css';

interface FormDialogProps {
  readonly title: string;
  /** The word of the button that does it. */
  readonly action: string;
  readonly busyAction: string;
  readonly isBusy: boolean;
  /** What the gateway refused; it stays in the form, with what was typed. */
  readonly error: unknown;
  readonly onSubmit: (fields: FormData) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A form in a dialog, open as long as it is rendered. */
export function FormDialog(props: FormDialogProps) {
  const { title, action, busyAction, isBusy, error, onSubmit, onClose, children } = props;
  const common = useText(commonText);
  const language = useLanguage();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onSubmit(new FormData(event.currentTarget));
  };
  return (
    <dialog className="dialog" ref={dialog} aria-labelledby={heading} onClose={onClose}>
      <form className="form-dialog" onSubmit={submit}>
        <h2 id={heading}>{title}</h2>
        {children}
        {error ? (
          <p className="form-dialog-problem" role="alert">
            {messageOf(error, language)}
          </p>
        ) : null}
        <div className="form-dialog-buttons">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {common.cancel}
          </button>
          <button type="submit" className="button button-main" disabled={isBusy}>
            {isBusy ? busyAction : action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
