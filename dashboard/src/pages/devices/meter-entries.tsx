import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Device } from '#contract/http/campus.ts';
import type { Swap } from '#contract/http/onboarding.ts';
import { RESOURCE_METRICS } from '#contract/metrics.ts';
import { swapsQuery } from '../../api/onboarding-queries.ts';
import { useText } from '../../i18n/use-text.ts';
import { readsMeters } from '../../lib/permissions.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { PageState } from '../../ui/page-state.tsx';
import '../../ui/table.css';
import { ManualDialog } from './manual-dialog.tsx';
import './meter.css';
import { meterText } from './meter.text.ts';
import { SwapDialog } from './swap-dialog.tsx';

/** What people do at a meter: read it, replace it. Only for those who sign for it. */
export function MeterEntries({ device }: { readonly device: Device }) {
  const isMeter = device.kind === 'electricity-meter' || device.kind === 'water-meter';
  const signs = readsMeters(useMe());
  return isMeter && signs ? <Entries device={device} /> : null;
}

function Entries({ device }: { readonly device: Device }) {
  const t = useText(meterText);
  const asked = useQuery(swapsQuery(device.id));
  const [open, setOpen] = useState<'swap' | 'reading' | undefined>();
  const resource = RESOURCE_METRICS[device.kind === 'water-meter' ? 'water' : 'electricity'];
  const meter = { device: device.id, metric: resource.register, unit: resource.unit };
  const close = (): void => setOpen(undefined);
  return (
    <section className="device-part" aria-labelledby="meter-entries">
      <h2 id="meter-entries">{t.title}</h2>
      <div className="meter-buttons">
        <button type="button" className="button" onClick={() => setOpen('reading')}>
          {t.addReading}
        </button>
        <button type="button" className="button" onClick={() => setOpen('swap')}>
          {t.addSwap}
        </button>
      </div>
      <PageState
        of={asked}
        height={60}
        isEmpty={(swaps) => swaps.length === 0}
        empty={<p className="soft">{t.none}</p>}
      >
        {(swaps) => <Swaps swaps={swaps} unit={meter.unit} />}
      </PageState>
      {open === 'swap' ? <SwapDialog meter={meter} onClose={close} /> : null}
      {open === 'reading' ? <ManualDialog meter={meter} onClose={close} /> : null}
    </section>
  );
}

function Swaps({ swaps, unit }: { readonly swaps: readonly Swap[]; readonly unit: string }) {
  const t = useText(meterText);
  const format = useFormat();
  const now = useGatewayNow(10_000);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
    <section className="table-scroll" tabIndex={0} aria-label={t.swaps}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t.at}</th>
            <th scope="col" className="figure">
              {t.final}
            </th>
            <th scope="col" className="figure">
              {t.initial}
            </th>
            <th scope="col">{t.serial}</th>
            <th scope="col">{t.people}</th>
            <th scope="col">{t.note}</th>
          </tr>
        </thead>
        <tbody>
          {swaps.map((swap) => (
            <tr key={swap.id} data-swap={swap.id}>
              <th scope="row">{format.moment(swap.at, now)}</th>
              <td className="figure">{format.quantity(swap.finalReading, unit, 3)}</td>
              <td className="figure">{format.quantity(swap.initialReading, unit, 3)}</td>
              <td>{swap.newSerial ?? '—'}</td>
              <td className="middle">
                {swap.doneBy} / {swap.witness} <span className="soft small">{t.recordedBy(swap.recordedBy)}</span>
              </td>
              <td>{swap.note ?? '—'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
