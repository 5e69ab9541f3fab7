import { idsOf } from './check-campus.ts';
import type { Checks } from './checks.ts';
import type { ParsedFiles } from './parsed-files.ts';
import type { Path, YamlSource } from './yaml-source.ts';

/** Terms, overrides and bells make sense, and the places named exist. */
export function checkCalendar({ calendar, campus }: ParsedFiles, checks: Checks): void {
  if (!calendar) return;
  const { source, value } = calendar;
  checks.unique(source, idsOf('terms', value.terms), { zh: '学期编号', en: 'term id' });
  value.terms.forEach((term, i) => {
    checkOrder(source, ['terms', i, 'to'], term.from, term.to, checks);
    const other = value.terms.slice(0, i).find((earlier) => earlier.from <= term.to && term.from <= earlier.to);
    if (other) {
      const zh = `学期“${term.id}”与“${other.id}”的日期重叠，请改开始或结束日期`;
      checks.problem(
        source.problem(['terms', i, 'from'], zh, `terms “${term.id}” and “${other.id}” overlap; change a date`),
      );
    }
  });
  value.overrides.forEach((override, i) => {
    checkOrder(source, ['overrides', i, 'to'], override.from, override.to, checks);
    override.places?.forEach((place, k) => {
      const places = new Set(campus?.value.places.map(({ id }) => id) ?? [place]);
      checks.reference(source, ['overrides', i, 'places', k], place, places, { zh: '地点', en: 'place' });
    });
  });
  for (const [type, bells] of Object.entries(value.bells)) {
    const ids = bells.map(({ id }, i) => ({ path: ['bells', type, i, 'id'], id }));
    checks.unique(source, ids, { zh: '铃声编号', en: 'bell id' });
  }
}

function checkOrder(
  source: YamlSource,
  path: Path,
  from: string | undefined,
  to: string | undefined,
  checks: Checks,
): void {
  if (from === undefined || to === undefined || from <= to) return;
  checks.problem(
    source.problem(
      path,
      `结束日期 ${to} 早于开始日期 ${from}`,
      `it ends on ${to}, before it begins on ${from}; swap them`,
    ),
  );
}
