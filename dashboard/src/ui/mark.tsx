import type { ReactNode } from 'react';
import type { DeviceState, Severity } from '#contract/enums.ts';
import { commonText } from '../i18n/common.text.ts';
import { useText } from '../i18n/use-text.ts';
import { Icon, type IconName } from './icon.tsx';
import './mark.css';

/** The four meanings a colour may have here, and `plain` for none of them. */
export type Tone = 'good' | 'attention' | 'critical' | 'unknown' | 'plain';

/** Icon, word and colour together: no meaning hangs on the colour alone. */
export function Mark({
  tone,
  icon,
  children,
}: {
  readonly tone: Tone;
  readonly icon?: IconName;
  readonly children: ReactNode;
}) {
  const own = { good: 'good', attention: 'warning', critical: 'critical', unknown: 'unknown', plain: 'info' } as const;
  return (
    <span className={`mark mark-${tone}`}>
      <Icon name={icon ?? own[tone]} size={16} />
      <span>{children}</span>
    </span>
  );
}

const severityTone = { info: 'plain', warning: 'attention', critical: 'critical' } as const;
const severityIcon = { info: 'info', warning: 'warning', critical: 'critical' } as const;

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  const t = useText(commonText);
  const word = { info: t.severityInfo, warning: t.severityWarning, critical: t.severityCritical }[severity];
  return (
    <Mark tone={severityTone[severity]} icon={severityIcon[severity]}>
      {word}
    </Mark>
  );
}

const stateTone = { online: 'good', suspect: 'attention', offline: 'critical', unknown: 'unknown' } as const;

export function DeviceStateMark({ state }: { readonly state: DeviceState }) {
  const t = useText(commonText);
  const word = { online: t.stateOnline, suspect: t.stateSuspect, offline: t.stateOffline, unknown: t.stateUnknown }[
    state
  ];
  return state === 'offline' ? (
    <Mark tone="critical" icon="offline">
      {word}
    </Mark>
  ) : (
    <Mark tone={stateTone[state]}>{word}</Mark>
  );
}
