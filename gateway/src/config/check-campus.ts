import type { PlaceConfig } from '#contract/config/campus.ts';
import type { Checks } from './checks.ts';
import { cycleText, findCycles } from './find-cycles.ts';
import type { ParsedFiles } from './parsed-files.ts';
import type { YamlSource } from './yaml-source.ts';

/** Places form a tree, and the profiles they name stand in calendar.yaml. */
export function checkCampus({ campus, calendar }: ParsedFiles, checks: Checks): void {
  if (!campus) return;
  const { source, value } = campus;
  checks.unique(source, idsOf('sites', value.sites), { zh: '校区编号', en: 'site id' });
  checks.unique(source, idsOf('places', value.places), { zh: '地点编号', en: 'place id' });
  const places = new Set(value.places.map(({ id }) => id));
  const profiles = new Set(Object.keys(calendar?.value.placeProfiles ?? {}));
  value.places.forEach((place, i) => {
    checks.reference(source, ['places', i, 'parent'], place.parent, places, { zh: '地点', en: 'place' });
    if (calendar) {
      const what = {
        zh: '场所类型（calendar.yaml 的 placeProfiles）',
        en: 'place profile (placeProfiles of calendar.yaml)',
      };
      checks.reference(source, ['places', i, 'profile'], place.profile, profiles, what);
    }
  });
  checkTree(value.places, source, checks);
}

/** Campus, building, floor, room: deeper than this is a mistake, and every look at a place walks up to the root. */
const MAX_DEPTH = 32;

function checkTree(all: readonly PlaceConfig[], source: YamlSource, checks: Checks): void {
  const parents = new Map(all.map((place) => [place.id, place.parent]));
  const index = new Map(all.map(({ id }, i) => [id, i]));
  const up = (id: string): readonly string[] => [parents.get(id)].filter((parent) => parent !== undefined);
  const cycles = findCycles([...parents.keys()], up);
  for (const cycle of cycles) {
    const way = cycleText(cycle);
    checks.problem(
      source.problem(
        ['places', index.get(cycle[0] ?? '') ?? 0, 'parent'],
        `地点的上级绕成了圈：${way}；请删掉其中一个 parent`,
        `these places contain each other: ${way}; remove one parent`,
      ),
    );
  }
  if (cycles.length > 0) return;
  for (const [id, i] of index) {
    let depth = 0;
    for (let at = parents.get(id); at !== undefined && depth <= MAX_DEPTH; at = parents.get(at)) depth += 1;
    if (depth <= MAX_DEPTH) continue;
    const zh = `“${id}”上面有超过 ${MAX_DEPTH} 层地点，请减少层次`;
    const en = `“${id}” lies below more than ${MAX_DEPTH} places; use fewer levels`;
    checks.problem(() => source.problem(['places', i, 'parent'], zh, en));
  }
}

export function idsOf(
  list: string,
  entries: readonly { readonly id: string }[],
): { path: PropertyKey[]; id: string }[] {
  return entries.map(({ id }, i) => ({ path: [list, i, 'id'], id }));
}
