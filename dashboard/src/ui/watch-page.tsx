import type { ReactNode } from 'react';
import { commonText } from '../i18n/common.text.ts';
import { useText } from '../i18n/use-text.ts';
import { useConnection } from '../live/use-live.ts';
import { PageHead } from './page-head.tsx';
import { Empty, Skeleton } from './page-state.tsx';

interface WatchProps {
  readonly title: string;
  readonly sentence: string;
  readonly actions?: ReactNode;
  /** Nothing of the kind is registered. */
  readonly isEmpty: boolean;
  readonly none: string;
  /** Ends a sentence in the reader's language. */
  readonly stop: string;
  /** What to do where there is none. */
  readonly empty: ReactNode;
  readonly children: ReactNode;
}

/** A page that watches one kind of device: waiting for the first word, without any of them, or with its state in a sentence. */
export function WatchPage({ title, sentence, actions, isEmpty, none, stop, empty, children }: WatchProps) {
  const t = useText(commonText);
  const { state } = useConnection();
  if (state === 'connecting')
    return (
      <>
        <PageHead title={title} sentence={t.connecting} />
        <Skeleton height={480} />
      </>
    );
  if (isEmpty)
    return (
      <>
        <PageHead title={title} sentence={`${none}${stop}`} />
        <Empty title={none}>{empty}</Empty>
      </>
    );
  return (
    <>
      <PageHead title={title} sentence={sentence} actions={actions} />
      {children}
    </>
  );
}
