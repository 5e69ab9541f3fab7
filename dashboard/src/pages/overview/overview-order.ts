import type { Me } from '#contract/http/session.ts';

export type TileName = 'electricity' | 'water' | 'cost' | 'cameras' | 'doors' | 'alerts';

export interface OverviewOrder {
  readonly tiles: readonly TileName[];
  /** What stands first below them: what goes on now with all doors and cameras, or the power of the day. */
  readonly first: 'now' | 'power';
}

const money: OverviewOrder = {
  tiles: ['electricity', 'cost', 'water', 'alerts', 'doors', 'cameras'],
  first: 'power',
};
const watch: OverviewOrder = {
  tiles: ['alerts', 'doors', 'cameras', 'electricity', 'water', 'cost'],
  first: 'now',
};
/** Money first, then what has not been dealt with: a leader asks others to act. */
const report: OverviewOrder = { tiles: ['cost', 'electricity', 'water', 'alerts', 'cameras', 'doors'], first: 'power' };

/** Everybody sees everything; what their work is about comes first. */
export function overviewOrder({ user, scope }: Pick<Me, 'user' | 'scope'>): OverviewOrder {
  if (scope === 'kiosk' || user.role === 'guard' || user.role === 'maintainer') return watch;
  return user.role === 'leader' ? report : money;
}
