import type { CalendarConfig } from '#contract/config/calendar.ts';
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
  });
  checkOverlaps(value.terms, source, checks);
  const places = campus && new Set(campus.value.places.map(({ id }) => id));
  value.overrides.forEach((override, i) => {
    checkOrder(source, ['overrides', i, 'to'], override.from, override.to, checks);
    override.places?.forEach((place, k) => {
      if (places) checks.reference(source, ['overrides', i, 'places', k], place, places, { zh: '地点', en: 'place' });
    });
  });
  for (const [type, bells] of Object.entries(value.bells)) {
    const ids = bells.map(({ id }, i) => ({ path: ['bells', type, i, 'id'], id }));
    checks.unique(source, ids, { zh: '铃声编号', en: 'bell id' });
  }
}

/** A term that begins before an earlier one has ended; of both the one that stands later in the file is named. */
function checkOverlaps(terms: CalendarConfig['terms'], source: YamlSource, checks: Checks): void {
  const byStart = terms.map((term, i) => ({ ...term, i })).sort((a, b) => (a.from < b.from ? -1 : 1));
  let longest = byStart[0];
  for (const term of byStart.slice(1)) {
    if (longest !== undefined && term.from <= longest.to) {
      const [other, later] = longest.i < term.i ? [longest, term] : [term, longest];
      const zh = `学期“${later.id}”与“${other.id}”的日期重叠，请改开始或结束日期`;
      const en = `terms “${later.id}” and “${other.id}” overlap; change a date`;
      checks.problem(() => source.problem(['terms', later.i, 'from'], zh, en));
    }
    if (longest === undefined || term.to > longest.to) longest = term;
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
