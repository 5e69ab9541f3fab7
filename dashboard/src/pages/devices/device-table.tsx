import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { Device } from '#contract/http/campus.ts';
import { commonText } from '../../i18n/common.text.ts';
import { deviceKindText } from '../../i18n/device-kind.text.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useConnection } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { agoInWords } from '../../ui/live-age.tsx';
import { DeviceStateMark } from '../../ui/mark.tsx';
import '../../ui/table.css';
import { usePlaceName } from '../../ui/use-place-name.ts';
import { devicesText } from './devices.text.ts';
import { labelsText } from './labels.text.ts';
import { useLastHeard } from './use-last-heard.ts';

interface TableProps {
  readonly devices: readonly Device[];
  /** Ids with a tick; undefined: nothing is being chosen. */
  readonly chosen: ReadonlySet<string> | undefined;
  /** Must stay the same function: rows are drawn again only when their own words change. */
  readonly onChoose: (id: string) => void;
}

export function DeviceTable({ devices, chosen, onChoose }: TableProps) {
  const t = useText(devicesText);
  const common = useText(commonText);
  const format = useFormat();
  const placeName = usePlaceName();
  const { now, lastHeard } = useLastHeard();
  const isBroken = useConnection().state === 'broken';
  const age = (at: number | null): string => {
    if (at === null) return common.never;
    return agoInWords(at, now, common, format);
  };
  return (
    <table className={isBroken ? 'table device-table device-stale' : 'table device-table'} data-outdated={isBroken}>
      <thead>
        <tr>
          <th scope="col">{t.state}</th>
          <th scope="col">{t.name}</th>
          <th scope="col" className="device-wide">
            {t.kind}
          </th>
          <th scope="col" className="device-wide">
            {t.place}
          </th>
          <th scope="col" className="device-wide">
            {t.custodian}
          </th>
          <th scope="col">{t.lastSeen}</th>
          <th scope="col" className="device-wide">
            {t.profile}
          </th>
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <Row
            key={device.id}
            device={device}
            place={placeName(device.place)}
            age={age(lastHeard(device))}
            isChosen={chosen?.has(device.id)}
            onChoose={onChoose}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly device: Device;
  readonly place: string;
  readonly age: string;
  readonly isChosen: boolean | undefined;
  readonly onChoose: (id: string) => void;
}

/** Drawn again only when its own words change: the table is looked at every second. */
const Row = memo(function Row({ device, place, age, isChosen, onChoose }: RowProps) {
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
        <DeviceStateMark state={device.state} />
      </td>
      <th scope="row">
        <Link to="/devices/$deviceId" params={{ deviceId: device.id }}>
          {pick(device.name, language)}
        </Link>
        <span className="device-narrow soft small">
          {kinds[device.kind]} · {place}
        </span>
      </th>
      <td className="device-wide">{kinds[device.kind]}</td>
      <td className="device-wide">{place}</td>
      <td className="device-wide">{device.custodian ?? <span className="soft">{t.nobody}</span>}</td>
      <td className="device-age">{age}</td>
      <td className="device-wide">
        <code>{device.profile}</code>
      </td>
    </tr>
  );
});
