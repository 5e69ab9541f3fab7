import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Device } from '#contract/http/campus.ts';
import { placesQuery } from '../../api/queries.ts';
import { commonText } from '../../i18n/common.text.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useFilters } from '../../lib/use-filters.ts';
import { useConnection, useDevices } from '../../live/use-live.ts';
import '../../ui/choice.css';
import { Icon } from '../../ui/icon.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Empty, Skeleton } from '../../ui/page-state.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { usePlaceName } from '../../ui/use-place-name.ts';
import { deviceText } from './device.text.ts';
import './devices.css';
import { type LabelAsk, labelPlan, parseLabelAsk, perSheet } from './label-plan.ts';
import './labels.css';
import { labelsText } from './labels.text.ts';

/** A sheet of labels to print: what is shown is what comes out of the printer. */
export function LabelsPage() {
  const t = useText(labelsText);
  const common = useText(commonText);
  const words = useText(deviceText);
  const language = useLanguage();
  const devices = useDevices();
  const { state } = useConnection();
  const { data: places = [] } = useQuery(placesQuery);
  const [ask, change] = useFilters(parseLabelAsk);
  const { sheets, count, unknown } = labelPlan(devices, places, ask);
  if (devices.length === 0 && state !== 'live')
    return (
      <>
        <PageHead title={t.title} sentence={common.connecting} />
        <Skeleton height={480} />
      </>
    );
  return (
    <>
      <Link to="/devices" className="device-back">
        <Icon name="back" size={16} />
        {words.back}
      </Link>
      <PageHead title={t.title} sentence={count === 0 ? t.none : t.sentence(count, sheets.length)} />
      <Controls ask={ask} change={change} count={count} />
      {unknown.length === 0 ? null : <p className="label-note">{t.unknown(unknown.join(', '))}</p>}
      {isLocal(location.hostname) ? <p className="label-note">{t.localOnly(location.origin)}</p> : null}
      {count === 0 ? (
        <Empty title={t.none}>
          <p>{t.noneHint}</p>
        </Empty>
      ) : null}
      {sheets.map((sheet, page) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a sheet is its number
        <ul key={page} className={`label-sheet label-sheet-${ask.layout}`} lang={language === 'zh' ? 'zh-CN' : 'en'}>
          {sheet.map((device, cell) => (
            <li key={device?.id ?? cell} className="label" data-label={device?.id}>
              {device ? <Label device={device} /> : null}
            </li>
          ))}
        </ul>
      ))}
    </>
  );
}

/** Whether the address holds on this machine only. */
const isLocal = (host: string): boolean => host === 'localhost' || host.startsWith('127.') || host === '[::1]';

interface ControlsProps {
  readonly ask: LabelAsk;
  readonly change: (change: Readonly<Record<string, string | undefined>>) => void;
  readonly count: number;
}

function Controls({ ask, change, count }: ControlsProps) {
  const t = useText(labelsText);
  const language = useLanguage();
  const { data: places = [] } = useQuery(placesQuery);
  return (
    <div className="label-controls">
      <fieldset className="choice">
        <legend className="visually-hidden">{t.layout}</legend>
        {(['grid', 'single'] as const).map((layout) => (
          <button
            key={layout}
            type="button"
            aria-pressed={ask.layout === layout}
            onClick={() => change({ layout: layout === 'grid' ? undefined : layout })}
          >
            {t[layout]}
          </button>
        ))}
      </fieldset>
      {ask.ids.length > 0 ? null : (
        <label className="field">
          <span>{t.place}</span>
          <select
            className="input"
            value={ask.place ?? ''}
            onChange={({ target }) => change({ place: target.value || undefined })}
          >
            <option value="">{t.anyPlace}</option>
            {places.map(({ id, name }) => (
              <option key={id} value={id}>
                {pick(name, language)}
              </option>
            ))}
          </select>
        </label>
      )}
      {ask.layout === 'grid' ? (
        <label className="field">
          <span>
            {t.skip} <small>{t.skipHint}</small>
          </span>
          <input
            className="input"
            type="number"
            min={0}
            max={perSheet.grid - 1}
            value={ask.skip}
            onChange={({ target }) => change({ skip: target.value === '0' ? undefined : target.value })}
          />
        </label>
      ) : null}
      <button type="button" className="button button-main" disabled={count === 0} onClick={() => window.print()}>
        {t.print}
      </button>
    </div>
  );
}

function Label({ device }: { readonly device: Device }) {
  const t = useText(labelsText);
  const language = useLanguage();
  const placeName = usePlaceName();
  const name = pick(device.name, language);
  return (
    <>
      <QrCode text={`${location.origin}/devices/${device.id}`} label={t.code(name)} />
      <div className="label-words">
        <strong>{name}</strong>
        <code>{device.id}</code>
        <span>{placeName(device.place)}</span>
        {device.custodian === null ? null : (
          <span>
            {t.custodian} {device.custodian}
          </span>
        )}
      </div>
    </>
  );
}
