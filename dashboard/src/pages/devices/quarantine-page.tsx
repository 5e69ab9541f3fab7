import { useInfiniteQuery } from '@tanstack/react-query';
import type { Quarantined } from '#contract/http/campus.ts';
import { quarantineQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/use-text.ts';
import { readsAsOffice } from '../../lib/permissions.ts';
import { useConnection } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty, PageState } from '../../ui/page-state.tsx';
import { useConnectionSentence } from '../../ui/use-connection-sentence.ts';
import { useWaiting } from '../../ui/use-waiting.ts';
import './devices.css';
import { DevicesTabs } from './devices-tabs.tsx';
import { ProfileList } from './profile-list.tsx';
import './quarantine.css';
import { quarantineText } from './quarantine.text.ts';
import { QuarantineEntry } from './quarantine-entry.tsx';

export function QuarantinePage() {
  const t = useText(quarantineText);
  return readsAsOffice(useMe()) ? (
    <Quarantine />
  ) : (
    <>
      <PageHead title={t.title} sentence={t.notYours} />
      <DevicesTabs />
    </>
  );
}

function Quarantine() {
  const t = useText(quarantineText);
  const asked = useInfiniteQuery(quarantineQuery);
  const isBroken = useConnection().state === 'broken';
  const waiting = useWaiting([asked]);
  const kept = asked.data?.pages.flatMap(({ items }) => items);
  return (
    <>
      <PageHead title={t.title} sentence={useQuarantineSentence(kept, asked.hasNextPage, waiting)} />
      <DevicesTabs />
      <PageState
        of={asked}
        height={320}
        isEmpty={() => kept?.length === 0}
        empty={
          <Empty title={t.none}>
            <p>{t.emptyHint}</p>
          </Empty>
        }
      >
        {() => (
          <ol className={isBroken ? 'quarantine device-stale' : 'quarantine'} data-outdated={isBroken}>
            {kept?.map((entry) => (
              <QuarantineEntry key={entry.id} entry={entry} />
            ))}
          </ol>
        )}
      </PageState>
      {asked.hasNextPage ? (
        <button
          type="button"
          className="button"
          disabled={asked.isFetchingNextPage}
          onClick={() => void asked.fetchNextPage()}
        >
          {t.more}
        </button>
      ) : null}
      <ProfileList />
    </>
  );
}

function useQuarantineSentence(kept: readonly Quarantined[] | undefined, hasMore: boolean, waiting: string): string {
  const t = useText(quarantineText);
  const format = useFormat();
  const broken = useConnectionSentence();
  if (broken !== undefined) return broken;
  if (kept === undefined) return waiting;
  if (kept.length === 0) return t.none;
  const more = hasMore ? '+' : '';
  const frames = kept.reduce((sum, { count }) => sum + count, 0);
  return t.some(`${format.number(kept.length)}${more}`, `${format.number(frames)}${more}`);
}
