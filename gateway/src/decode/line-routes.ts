/** On a serial line the profiles of its devices speak, whatever topics they match elsewhere. */
import type { CompiledProfile } from './compile-profile.ts';
import type { LinePlan } from './poll-plan.ts';
import type { Route } from './profile-router.ts';
import type { Captures } from './topic-pattern.ts';

const NO_CAPTURES: Captures = Object.freeze(Object.create(null));

/** @param routesOf those that match a topic; they come first */
export function lineRoutes(
  routesOf: (topic: string) => readonly Route[],
  profiles: readonly CompiledProfile[],
): (plan: LinePlan) => readonly Route[] {
  const memory = new WeakMap<LinePlan, readonly Route[]>();
  return (plan) => {
    const known = memory.get(plan);
    if (known !== undefined) return known;
    const matching = routesOf(plan.up);
    const own = profiles.filter(
      (profile) =>
        plan.devices.some((device) => device.profile === profile.id) &&
        !matching.some((route) => route.profile === profile),
    );
    const routes = [...matching, ...own.map(codecRoute).filter(({ rules }) => rules.length > 0)];
    memory.set(plan, routes);
    return routes;
  };
}

function codecRoute(profile: CompiledProfile): Route {
  const rules = profile.rules.filter(({ readKey }) => readKey.startsWith('codec:'));
  return { profile, rules: rules.map((rule) => ({ rule, captures: NO_CAPTURES })) };
}

const SERIAL_CODECS = ['codec:dlt645 ', 'codec:cjt188 ', 'codec:mbus '];

/** Whether its devices go by the number of a meter, of which leading zeros are no part. */
export const isSerial = ({ rules }: CompiledProfile): boolean =>
  rules.some(({ readKey }) => SERIAL_CODECS.some((codec) => readKey.startsWith(codec)));
