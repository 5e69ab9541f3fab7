/** What the school calendar says about a range of days. */
import { type CalendarDay, calendarQuery, calendarResponse } from '#contract/http/campus.ts';
import type { LocalDate, SchoolCalendar } from '../calendar/school-calendar.ts';
import { OPERATIONS } from './caller.ts';
import { fail, ok } from './reply.ts';
import { type Route, route } from './route.ts';
import { rangeProblem } from './time-range.ts';

const MAX_DAYS = 400;

export const calendarRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/v1/calendar',
    summary: 'Day types, open ranges and bells of a place, for every local date that the range touches',
    allow: OPERATIONS,
    query: calendarQuery,
    responses: { 200: calendarResponse },
    handle: ({ query }, { deps }) => {
      const problem = rangeProblem(query.from, query.to, MAX_DAYS);
      if (problem !== undefined) return problem;
      const { registry } = deps.config();
      const place = query.place ?? registry.campus.places.find((found) => found.parent === undefined)?.id ?? '';
      if (!registry.places.has(place))
        return fail(404, 'no-such-place', `没有地点 ${place}。`, `There is no place ${place}.`);
      const calendar = deps.calendar();
      const dates = datesBetween(calendar, query.from, query.to);
      const years = new Set(
        dates.filter((date) => !calendar.day(date, place).holidaysLoaded).map((date) => Number(date.slice(0, 4))),
      );
      return ok({
        timeZone: calendar.timeZone,
        terms: deps.config().calendar.terms.map(({ id, name, from, to }) => ({ id, name, from, to })),
        days: dates.map((date) => dayOf(calendar, place, date)),
        missingYears: [...years],
        warning: calendar.warning(deps.clock.now()) ?? null,
      });
    },
  }),
];

function datesBetween(calendar: SchoolCalendar, from: number, to: number): LocalDate[] {
  const dates: LocalDate[] = [];
  for (let at = calendar.floor(from, 'day'); at < to; at = calendar.next(at, 'day')) dates.push(calendar.dateOf(at));
  return dates;
}

function dayOf(calendar: SchoolCalendar, place: string, date: LocalDate): CalendarDay {
  const { type, reason, name } = calendar.day(date, place);
  const open = calendar.openRanges(place, date).map(({ from, to }) => ({ from, to }));
  const bells = calendar
    .bells(place, date)
    .map((bell) => ({ id: bell.id, name: bell.name, from: bell.from, to: bell.to }));
  return { date, type, reason, name: name ?? null, open, bells };
}
