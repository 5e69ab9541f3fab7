import type { Me } from '#contract/http/session.ts';
import { readsAsOffice } from '../lib/permissions.ts';

/** Every page of the navigation with the key that follows `g`. */
export const destinations = [
  { to: '/', name: 'overview', key: 'o' },
  { to: '/energy', name: 'energy', key: 'e' },
  { to: '/doors', name: 'doors', key: 'd' },
  { to: '/cameras', name: 'cameras', key: 'c' },
  { to: '/alerts', name: 'alerts', key: 'a' },
  { to: '/devices', name: 'devices', key: 'v' },
] as const;

const administration = {
  rules: { to: '/rules', name: 'rules' },
  users: { to: '/users', name: 'users' },
} as const;

export type Destination = (typeof destinations)[number] | (typeof administration)[keyof typeof administration];

/** Pages of the office that this person may see. */
export function officePages(me: Pick<Me, 'user' | 'scope'>): readonly Destination[] {
  return [
    ...(readsAsOffice(me) ? [administration.rules] : []),
    ...(me.user.role === 'admin' ? [administration.users] : []),
  ];
}

const onDuty = ['overview', 'alerts', 'doors', 'cameras'];
const atDesk = ['overview', 'energy', 'alerts', 'devices'];

/** What of it fits into the bar of a phone, by what the person does, and what stands behind 更多. */
export function phoneBar(me: Pick<Me, 'user' | 'scope'>): {
  readonly bar: readonly Destination[];
  readonly more: readonly Destination[];
} {
  const first = me.user.role === 'guard' || me.user.role === 'maintainer' ? onDuty : atDesk;
  const all: readonly Destination[] = [...destinations, ...officePages(me)];
  return {
    bar: first.flatMap((name) => all.filter((one) => one.name === name)),
    more: all.filter(({ name }) => !first.includes(name)),
  };
}
