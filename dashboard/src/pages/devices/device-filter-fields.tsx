import { DEVICE_KINDS, DEVICE_STATES } from '#contract/enums.ts';
import type { Place } from '#contract/http/campus.ts';
import { commonText } from '../../i18n/common.text.ts';
import { deviceKindText } from '../../i18n/device-kind.text.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import type { FilterChange } from '../../lib/use-filters.ts';
import type { DeviceFilters } from './device-filters.ts';
import { devicesText } from './devices.text.ts';

interface FieldsProps {
  readonly filters: DeviceFilters;
  readonly change: (change: FilterChange) => void;
  readonly places: readonly Place[];
}

export function DeviceFilterFields({ filters, change, places }: FieldsProps) {
  const t = useText(devicesText);
  const common = useText(commonText);
  const kinds = useText(deviceKindText);
  const language = useLanguage();
  const states = {
    online: common.stateOnline,
    suspect: common.stateSuspect,
    offline: common.stateOffline,
    unknown: common.stateUnknown,
  };
  return (
    <div className="device-filters">
      <input
        className="input"
        type="search"
        aria-label={t.search}
        placeholder={t.search}
        value={filters.text}
        onChange={(event) => change({ q: event.target.value || undefined })}
      />
      <Choice label={t.state} any={t.anyState} value={filters.state} onChoice={(state) => change({ state })}>
        {DEVICE_STATES.map((state) => [state, states[state]])}
      </Choice>
      <Choice label={t.kind} any={t.anyKind} value={filters.kind} onChoice={(kind) => change({ kind })}>
        {DEVICE_KINDS.map((kind) => [kind, kinds[kind]])}
      </Choice>
      <Choice label={t.place} any={t.anyPlace} value={filters.place} onChoice={(place) => change({ place })}>
        {places.map(({ id, name }) => [id, pick(name, language)])}
      </Choice>
      <select
        className="input"
        aria-label={t.usage}
        value={filters.retired ? '1' : ''}
        onChange={(event) => change({ retired: event.target.value || undefined })}
      >
        <option value="">{t.inUse}</option>
        <option value="1">{t.retired}</option>
      </select>
      <label className="device-by-place">
        <input
          type="checkbox"
          checked={filters.byPlace}
          onChange={({ target }) => change({ group: target.checked ? 'place' : undefined })}
        />
        {t.byPlace}
      </label>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly any: string;
  readonly value: string | undefined;
  readonly onChoice: (value: string | undefined) => void;
  readonly children: readonly (readonly [string, string])[];
}

function Choice({ label, any, value, onChoice, children }: ChoiceProps) {
  return (
    <select
      className="input"
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChoice(event.target.value || undefined)}
    >
      <option value="">{any}</option>
      {children.map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
