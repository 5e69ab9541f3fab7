import type { Device } from '#contract/http/campus.ts';
import { commonText } from '../i18n/common.text.ts';
import { pick } from '../i18n/language.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import type { CameraState, DoorState } from '../lib/campus-state.ts';
import { Icon } from './icon.tsx';
import './state-board.css';
import { stateBoardText } from './state-board.text.ts';

export interface BoardItem {
  readonly device: Device;
  readonly state: DoorState | CameraState;
}

const tones = {
  open: 'attention',
  closed: 'good',
  online: 'good',
  offline: 'critical',
  maintenance: 'plain',
  unknown: 'unknown',
} as const;
const icons = {
  open: 'doorOpen',
  closed: 'check',
  online: 'check',
  offline: 'offline',
  maintenance: 'info',
  unknown: 'unknown',
} as const;

/** What must be seen first stands first. */
const rank = { offline: 0, open: 1, unknown: 2, maintenance: 3, closed: 4, online: 4 } as const;

interface StateBoardProps {
  readonly items: readonly BoardItem[];
  readonly label: string;
  /** How many dots fit; the others are counted. */
  readonly most?: number;
}

/** A dot for each, those that are fine too, so that "fine" is seen and not only missing. Shape and colour say the same. */
export function StateBoard({ items, label, most = 200 }: StateBoardProps) {
  const t = useText(stateBoardText);
  const common = useText(commonText);
  const language = useLanguage();
  const words = {
    ...{ open: common.doorOpen, closed: common.doorClosed },
    ...{ online: common.stateOnline, offline: common.stateOffline },
    ...{ maintenance: t.maintenance, unknown: common.stateUnknown },
  };
  const shown = [...items].sort((a, b) => rank[a.state] - rank[b.state]).slice(0, most);
  return (
    <ul className="board" aria-label={label}>
      {shown.map(({ device, state }) => (
        <li
          key={device.id}
          className={`dot dot-${tones[state]}`}
          title={`${pick(device.name, language)} ${words[state]}`}
        >
          <Icon name={icons[state]} size={16} />
          <span className="visually-hidden">
            {pick(device.name, language)} {words[state]}
          </span>
        </li>
      ))}
      {items.length > most ? <li className="board-more">{t.more(items.length - most)}</li> : null}
    </ul>
  );
}
