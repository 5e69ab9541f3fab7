import { Link } from '@tanstack/react-router';
import { memo, useMemo } from 'react';
import type { Device } from '#contract/http/campus.ts';
import { tagName } from '#contract/tags.ts';
import { commonText } from '../../i18n/common.text.ts';
import { deviceKindText } from '../../i18n/device-kind.text.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useAllDevices, useConnection } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { agoInWords } from '../../ui/live-age.tsx';
import { DeviceStateMark } from '../../ui/mark.tsx';
import '../../ui/table.css';
import { usePlaceName } from '../../ui/use-place-name.ts';
import { useProfileName } from '../../ui/use-profile-name.ts';
import type { DeviceFilters, SortName } from './device-filters.ts';
import { devicesText } from './devices.text.ts';
import { labelsText } from './labels.text.ts';
import { useLastHeard } from './use-last-heard.ts';

interface TableProps {
  readonly devices: readonly Device[];
  readonly filters: Pick<DeviceFilters, 'sort' | 'descending' | 'byPlace'>;
  /** `name`, or `-name` for the other way round. */
  readonly onSort: (by: string) => void;
  /** Ids with a tick; undefined: nothing is being chosen. */
  readonly chosen: ReadonlySet<string> | undefined;
  /** Must stay the same function: rows are drawn again only when their own words change. */
  readonly onChoose: (id: string) => void;
}

export function DeviceTable({ devices, filters, onSort, chosen, onChoose }: TableProps) {
  const common = useText(commonText);
  const format = useFormat();
  const t = useText(devicesText);
  const placeName = usePlaceName();
  const profileName = useProfileName();
  const { now, lastHeard } = useLastHeard();
  const language = useLanguage();
  const all = useAllDevices();
  const names = useMemo(() => new Map(all.map(({ id, name }) => [id, pick(name, language)])), [all, language]);
  const nameOf = (id: string | undefined): string | undefined => (id === undefined ? undefined : (names.get(id) ?? id));
  const isBroken = useConnection().state === 'broken';
  const age = (at: number | null): string => {
    if (at === null) return common.never;
    return agoInWords(at, now, common, format);
  };
  return (
    <table className={isBroken ? 'table device-table device-stale' : 'table device-table'} data-outdated={isBroken}>
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <Heading key={column} column={column} filters={filters} onSort={onSort} />
          ))}
        </tr>
      </thead>
      {groupsOf(devices, filters.byPlace, placeName).map(({ place, rows }) => (
        <tbody key={place}>
          {place === '' ? null : (
            <tr className="device-group">
              <th colSpan={COLUMNS.length} scope="rowgroup">
                {place} <span className="soft small">{rows.length}</span>
              </th>
            </tr>
          )}
          {rows.map((device) => (
            <Row
              key={device.id}
              device={device}
              place={placeName(device.place)}
              profile={device.profile === 'native' ? t.native : profileName(device.profile)}
              parent={nameOf(device.dependsOn[0])}
              age={age(lastHeard(device))}
              isChosen={chosen?.has(device.id)}
              onChoose={onChoose}
            />
          ))}
        </tbody>
      ))}
    </table>
  );
}

const COLUMNS = ['state', 'name', 'kind', 'place', 'custodian', 'seen', 'profile'] as const;
const NARROW: ReadonlySet<SortName> = new Set(['state', 'name', 'seen']);

interface HeadingProps extends Pick<TableProps, 'filters' | 'onSort'> {
  readonly column: SortName;
}

function Heading({ column, filters, onSort }: HeadingProps) {
  const t = useText(devicesText);
  const name = column === 'seen' ? t.lastSeen : t[column];
  const isSorted = filters.sort === column;
  const sorted = filters.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" className={NARROW.has(column) ? '' : 'device-wide'} {...(isSorted ? { 'aria-sort': sorted } : {})}>
      <button
        type="button"
        className="device-sort"
        title={t.sortBy(name)}
        onClick={() => onSort(isSorted && !filters.descending ? `-${column}` : column)}
      >
        {name}
        <span aria-hidden="true">{isSorted ? (filters.descending ? ' ▼' : ' ▲') : ''}</span>
      </button>
    </th>
  );
}

/** One group of all, without a name, unless they stand by place. */
function groupsOf(
  devices: readonly Device[],
  byPlace: boolean,
  placeName: (place: string) => string,
): readonly { readonly place: string; readonly rows: readonly Device[] }[] {
  if (!byPlace) return [{ place: '', rows: devices }];
  const groups = new Map<string, Device[]>();
  for (const device of devices) groups.set(device.place, [...(groups.get(device.place) ?? []), device]);
  return [...groups].map(([place, rows]) => ({ place: placeName(place), rows }));
}

interface RowProps {
  readonly device: Device;
  readonly place: string;
  readonly profile: string;
  /** Name of the nearest device above it. */
  readonly parent: string | undefined;
  readonly age: string;
  readonly isChosen: boolean | undefined;
  readonly onChoose: (id: string) => void;
}

/** Drawn again only when its own words change: the table is looked at every second. */
const Row = memo(function Row({ device, place, profile, parent, age, isChosen, onChoose }: RowProps) {
  const labels = useText(labelsText);
  const t = useText(devicesText);
  const kinds = useText(deviceKindText);
  const language = useLanguage();
  return (
    <tr data-device={device.id}>
      <td>
        {isChosen === undefined ? null : (
          <input
            type="checkbox"
            className="device-choose"
            aria-label={labels.selectThis(pick(device.name, language))}
            checked={isChosen}
            onChange={() => onChoose(device.id)}
          />
        )}
        {device.retired === null ? (
          <DeviceStateMark state={device.state} />
        ) : (
          <span className="soft">{t.retiredSince(device.retired)}</span>
        )}
      </td>
      <th scope="row">
        <Link to="/devices/$deviceId" params={{ deviceId: device.id }}>
          {pick(device.name, language)}
        </Link>
        <span className="device-narrow soft small">
          {kinds[device.kind]} · {place}
        </span>
        {parent === undefined && device.tags.length === 0 ? null : (
          <span className="device-more soft small">
            {parent === undefined ? null : t.below(parent)}
            {device.tags.map((tag) => (
              <span key={tag} className="device-tag">
                {tagName(tag, language)}
              </span>
            ))}
          </span>
        )}
      </th>
      <td className="device-wide">{kinds[device.kind]}</td>
      <td className="device-wide">{place}</td>
      <td className="device-wide">{device.custodian ?? <span className="soft">{t.nobody}</span>}</td>
      <td className="device-age">{age}</td>
      <td className="device-wide">{profile}</td>
    </tr>
  );
});
