import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { placesQuery } from '../../api/queries.ts';
import { commonText } from '../../i18n/common.text.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useFilters } from '../../lib/use-filters.ts';
import { useAllDevices, useConnection, useDevices } from '../../live/use-live.ts';
import { AddDevices } from '../../ui/add-devices.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty, Skeleton } from '../../ui/page-state.tsx';
import { useConnectionSentence } from '../../ui/use-connection-sentence.ts';
import { DeviceFilterFields } from './device-filter-fields.tsx';
import { isFiltered, parseDeviceFilters, shownDevices, sortedDevices } from './device-filters.ts';
import { DeviceTable } from './device-table.tsx';
import { devicesSentence } from './device-words.ts';
import { LabelChoice } from './label-choice.tsx';
import './devices.css';
import { devicesText } from './devices.text.ts';
import { DevicesTabs } from './devices-tabs.tsx';
import { ListExport } from './list-export.tsx';
import { FoldedRefusals } from './refusal-list.tsx';
import { useClockSkew } from './use-clock-skew.ts';
import { useSortWords } from './use-sort-words.ts';

/** So many rows are drawn at once; a campus of thousands is searched, not scrolled. */
const pageRows = 200;

export function DevicesPage() {
  const t = useText(devicesText);
  const common = useText(commonText);
  const devices = useAllDevices();
  const used = useDevices();
  const skewed = useClockSkew();
  const { state } = useConnection();
  const broken = useConnectionSentence();
  // Before the first word of the gateway nobody knows that there are none.
  const isWaiting = devices.length === 0 && state !== 'live';
  const sentence = broken ?? (isWaiting ? common.connecting : devicesSentence(used, t, skewed));
  return (
    <>
      <PageHead title={t.title} sentence={sentence} />
      <DevicesTabs />
      <FoldedRefusals />
      {isWaiting ? <Skeleton height={480} /> : devices.length === 0 ? <NoDevices /> : <DeviceList />}
    </>
  );
}

function NoDevices() {
  const t = useText(devicesText);
  return (
    <Empty title={t.empty}>
      <AddDevices />
    </Empty>
  );
}

function DeviceList() {
  const t = useText(devicesText);
  const devices = useAllDevices();
  const sort = useSortWords();
  const language = useLanguage();
  const { data: places = [] } = useQuery(placesQuery);
  const [filters, change] = useFilters(parseDeviceFilters);
  const [rows, setRows] = useState(pageRows);
  const shown = sortedDevices(shownDevices(devices, places, filters), filters, sort, language);
  const total = devices.filter(({ retired }) => (retired !== null) === filters.retired).length;
  const retired = devices.length - total;
  const [chosen, setChosen] = useState<ReadonlySet<string> | undefined>();
  const choose = useCallback((id: string) => setChosen((before) => toggled(before ?? new Set(), id)), []);
  return (
    <>
      <DeviceFilterFields filters={filters} change={change} places={places} />
      <div className="device-list-head">
        <p className="soft small" role="status">
          {t.shown(shown.length, total)}
          {filters.retired || retired === 0 ? '' : `${t.comma}${t.retiredCount(retired)}`}
        </p>
        <ListExport />
        <LabelChoice shown={shown} chosen={chosen} onChosen={setChosen} />
      </div>
      {shown.length === 0 && isFiltered(filters) ? (
        <Empty title={t.emptyFiltered}>
          <button
            type="button"
            className="button"
            onClick={() => change({ state: undefined, kind: undefined, place: undefined, q: undefined })}
          >
            {t.clearFilter}
          </button>
        </Empty>
      ) : (
        <DeviceTable
          devices={shown.slice(0, rows)}
          filters={filters}
          onSort={(by) => change({ sort: by })}
          chosen={chosen}
          onChoose={choose}
        />
      )}
      {shown.length > rows ? (
        <button type="button" className="button" onClick={() => setRows(rows + pageRows)}>
          {t.more(Math.min(pageRows, shown.length - rows))}
        </button>
      ) : null}
    </>
  );
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}
