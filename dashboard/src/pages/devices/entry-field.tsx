import { type ReactNode, useId } from 'react';

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly problem?: string | undefined;
  readonly children: readonly [Control, ReactNode] | Control;
}

export type Control = (described: {
  readonly id: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: true;
}) => ReactNode;

/** A label, its control, what it is for, and what is wrong with it. */
export function EntryField({ name, label, hint, problem, children }: FieldProps) {
  const id = useId();
  const [control, more] = typeof children === 'function' ? [children, null] : children;
  const isDescribed = hint !== undefined || problem !== undefined;
  return (
    <div className="field device-field" data-field={name}>
      <label htmlFor={id}>{label}</label>
      {control({
        id,
        ...(isDescribed ? { 'aria-describedby': `${id}-hint` } : {}),
        ...(problem === undefined ? {} : { 'aria-invalid': true }),
      })}
      {more}
      {isDescribed ? (
        <small id={`${id}-hint`} className={problem === undefined ? 'soft' : 'field-problem'}>
          {problem ?? hint}
        </small>
      ) : null}
    </div>
  );
}

interface TextProps extends Omit<FieldProps, 'children'> {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly mode?: 'numeric' | 'decimal' | undefined;
  readonly maxLength?: number;
  /** Words to choose from. */
  readonly list?: readonly string[] | undefined;
}

export function EntryText({ value, onValue, mode, list, maxLength = 64, ...field }: TextProps) {
  const listId = useId();
  return (
    <EntryField {...field}>
      {(described) => (
        <input
          className="input"
          name={field.name}
          value={value}
          maxLength={maxLength}
          autoComplete="off"
          {...described}
          {...(mode === undefined ? {} : { inputMode: mode })}
          {...(list === undefined ? {} : { list: listId })}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
      {list === undefined ? null : (
        <datalist id={listId}>
          {list.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </EntryField>
  );
}
