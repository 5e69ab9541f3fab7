import { useId, useState } from 'react';
import { metricInfo } from '#contract/metrics.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { metricName } from '../../lib/metric-name.ts';
import { pickText } from './onboarding.text.ts';
import { baseOf, metricsMatching, suffixes } from './pick.ts';

interface ChoiceProps {
  readonly metric: string;
  readonly proposed: string | undefined;
  readonly onMetric: (metric: string) => void;
}

/** Every metric with its unit, found by typing in either language; arrow keys go through what is left. */
export function MetricChoice({ metric, proposed, onMetric }: ChoiceProps) {
  const t = useText(pickText);
  const language = useLanguage();
  const group = useId();
  const [typed, setTyped] = useState('');
  const base = baseOf(metric);
  const suffix = metric.slice(base.length);
  const found = metricsMatching(typed);
  const first = [proposed, base].filter((one) => one !== undefined && one !== '' && found.includes(one));
  const ordered = [...new Set([...first.filter((one) => one !== undefined), ...found])];
  return (
    <fieldset className="metric-choice">
      <legend>{t.metrics}</legend>
      <input
        className="input"
        type="search"
        aria-label={t.search}
        placeholder={t.search}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <div className="metric-list">
        {ordered.length === 0 ? <p className="soft">{t.none}</p> : null}
        {ordered.map((id) => (
          <label key={id}>
            <input type="radio" name={group} checked={id === base} onChange={() => onMetric(`${id}${suffix}`)} />
            <span>
              {metricName(id, language)} <span className="soft small">{metricInfo(id)?.unit}</span>
            </span>
            {id === proposed ? <small className="metric-proposed">{t.proposed}</small> : null}
          </label>
        ))}
      </div>
      {metric === '' ? null : (
        <label className="metric-suffix">
          <span className="soft small">{t.which}</span>
          <select className="input" value={suffix} onChange={(event) => onMetric(`${base}${event.target.value}`)}>
            {[...new Set([...suffixes, suffix])].map((one) => (
              <option key={one} value={one}>
                {one === '' ? t.only : one.slice(1).toUpperCase()}
              </option>
            ))}
          </select>
        </label>
      )}
    </fieldset>
  );
}
