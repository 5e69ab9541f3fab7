import { type Checks, findCycle } from './checks.ts';
import type { ParsedFiles } from './parsed-files.ts';

/** Places form a tree, and the profiles they name stand in calendar.yaml. */
export function checkCampus({ campus, calendar }: ParsedFiles, checks: Checks): void {
  if (!campus) return;
  const { source, value } = campus;
  checks.unique(source, idsOf('sites', value.sites), { zh: '校区编号', en: 'site id' });
  checks.unique(source, idsOf('places', value.places), { zh: '地点编号', en: 'place id' });
  const parents = new Map(value.places.map((place) => [place.id, place.parent]));
  const places = new Set(parents.keys());
  const profiles = new Set(Object.keys(calendar?.value.placeProfiles ?? {}));
  const reported = new Set<string>();
  value.places.forEach((place, i) => {
    checks.reference(source, ['places', i, 'parent'], place.parent, places, { zh: '地点', en: 'place' });
    if (calendar) {
      const what = {
        zh: '场所类型（calendar.yaml 的 placeProfiles）',
        en: 'place profile (placeProfiles of calendar.yaml)',
      };
      checks.reference(source, ['places', i, 'profile'], place.profile, profiles, what);
    }
    const cycle = findCycle(place.id, (id) => [parents.get(id)].filter((parent) => parent !== undefined));
    if (cycle && !cycle.some((id) => reported.has(id))) {
      for (const id of cycle) reported.add(id);
      const way = cycle.join(' → ');
      checks.problem(
        source.problem(
          ['places', i, 'parent'],
          `地点的上级绕成了圈：${way}；请删掉其中一个 parent`,
          `these places contain each other: ${way}; remove one parent`,
        ),
      );
    }
  });
}

export function idsOf(
  list: string,
  entries: readonly { readonly id: string }[],
): { path: PropertyKey[]; id: string }[] {
  return entries.map(({ id }, i) => ({ path: [list, i, 'id'], id }));
}
