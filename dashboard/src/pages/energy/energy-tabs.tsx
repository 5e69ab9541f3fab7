import type { ReactNode } from 'react';
import { useText } from '../../i18n/use-text.ts';
import type { FilterChange } from '../../lib/use-filters.ts';
import '../../ui/choice.css';
import { energyText } from './energy.text.ts';
import type { EnergyFilters } from './energy-filters.ts';

interface TabsProps {
  readonly filters: Pick<EnergyFilters, 'tab'>;
  readonly change: (change: FilterChange, push?: boolean) => void;
  /** Stands beside the tabs: where one is. */
  readonly children?: ReactNode;
}

/** Use, or the ranking of waste. */
export function EnergyTabs({ filters, change, children }: TabsProps) {
  const t = useText(energyText);
  const names = { use: t.tabUse, waste: t.tabWaste } as const;
  return (
    <div className="energy-top">
      <fieldset className="choice">
        <legend className="visually-hidden">{t.tabs}</legend>
        {(['use', 'waste'] as const).map((tab) => (
          <button
            key={tab}
            type="button"
            aria-pressed={tab === filters.tab}
            onClick={() => change({ tab: tab === 'use' ? undefined : tab }, true)}
          >
            {names[tab]}
          </button>
        ))}
      </fieldset>
      {children}
    </div>
  );
}
