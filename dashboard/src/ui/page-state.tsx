import type { ReactNode } from 'react';
import { messageOf } from '../api/error-message.ts';
import { commonText } from '../i18n/common.text.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import { useFormat } from './format-context.tsx';
import { Icon } from './icon.tsx';
import './page-state.css';

/** The part of a react-query result which decides what is shown. */
export interface Fetched<T> {
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly dataUpdatedAt: number;
  readonly refetch: () => unknown;
}

interface PageStateProps<T> {
  readonly of: Fetched<T>;
  /** Height of what will stand here, so that nothing jumps. */
  readonly height?: number;
  readonly isEmpty?: (data: T) => boolean;
  readonly empty?: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** Loading, failed, empty or there; a failed refresh keeps the last data and says how old they are. */
export function PageState<T>({ of, height = 160, isEmpty, empty, children }: PageStateProps<T>) {
  const { data, error, dataUpdatedAt, refetch } = of;
  if (data === undefined) return error ? <Failure error={error} onRetry={refetch} /> : <Skeleton height={height} />;
  const shown = isEmpty?.(data) ? empty : children(data);
  // In one place of the tree whether or not a refresh failed: a form that is being filled in stays.
  return (
    <>
      {error ? <Failure error={error} onRetry={refetch} keptFrom={dataUpdatedAt} /> : null}
      {shown}
    </>
  );
}

/** Grey lines of the height of what comes; readers are told once. */
export function Skeleton({ height = 160 }: { readonly height?: number }) {
  const t = useText(commonText);
  return (
    <div className="skeleton" style={{ minHeight: height }} role="status">
      <span className="visually-hidden">{t.loading}</span>
    </div>
  );
}

interface FailureProps {
  readonly error: unknown;
  readonly onRetry?: (() => unknown) | undefined;
  /** Browser time of the data which are still shown below. */
  readonly keptFrom?: number;
}

export function Failure({ error, onRetry, keptFrom }: FailureProps) {
  const t = useText(commonText);
  const language = useLanguage();
  const format = useFormat();
  return (
    <div className="failure" role="alert">
      <Icon name="warning" />
      <p>
        {messageOf(error, language)}{' '}
        {keptFrom === undefined ? null : <span>{t.staleSince(format.age(Date.now() - keptFrom))}</span>}
      </p>
      {onRetry ? (
        <button type="button" className="button" onClick={() => void onRetry()}>
          {t.retry}
        </button>
      ) : null}
    </div>
  );
}

/** Nothing here: says why, and what to do next. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}
