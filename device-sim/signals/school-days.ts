/** When the school is awake. A simple reading of calendar.yaml, the simulator's own: it must not inherit the gateway's mistakes. */
import type { CalendarConfig } from '#contract/config/calendar.ts';
import type { DayType } from '#contract/enums.ts';
import { type Campus, pathOf } from '../campus.ts';
import { dateOf, weekdayOf } from './local-days.ts';

type Override = CalendarConfig['overrides'][number];

/** Minutes of the local day, `from` < `to` ≤ 1440. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface DayPlan {
  readonly type: DayType;
  readonly open: readonly Span[];
  readonly bells: readonly Span[];
}

export interface SchoolDays {
  /** Plan of a place on a local day number. */
  plan(placeId: string, day: number): DayPlan;
}

const WHOLE_DAY: readonly Span[] = [{ from: 0, to: 1_440 }];

export function createSchoolDays(campus: Campus): SchoolDays {
  const planOf = createPlans(campus.calendar);
  const classes = new Map<string, (day: number) => DayPlan>();
  const places = new Map<string, (day: number) => DayPlan>();

  const classOf = (placeId: string): ((day: number) => DayPlan) => {
    const path = pathOf(campus, placeId);
    const profile = path.find((place) => place.profile !== undefined)?.profile ?? '';
    const overrides = overridesFor(
      campus,
      path.map((place) => place.id),
    );
    const name = `${profile}|${overrides.map((override) => campus.calendar.overrides.indexOf(override)).join()}`;
    const known = classes.get(name);
    if (known !== undefined) return known;
    const days = new Map<number, DayPlan>();
    const made = (day: number): DayPlan => {
      const hit = days.get(day);
      if (hit !== undefined) return hit;
      const plan = planOf(profile, dayType(campus, overrides, day));
      days.set(day, plan);
      return plan;
    };
    classes.set(name, made);
    return made;
  };

  return {
    plan: (placeId, day) => {
      let of = places.get(placeId);
      if (of === undefined) {
        of = classOf(placeId);
        places.set(placeId, of);
      }
      return of(day);
    },
  };
}

/** The overrides that may hold for a place: nearest named place first, then one day before a range before for ever. */
function overridesFor(campus: Campus, path: readonly string[]): readonly Override[] {
  const rank = (override: Override): number => {
    const nearest = override.places === undefined ? path.length : path.findIndex((id) => override.places?.includes(id));
    const span = override.date !== undefined ? 0 : override.from === undefined && override.to === undefined ? 2 : 1;
    return nearest * 3 + span;
  };
  return campus.calendar.overrides
    .filter((override) => override.places === undefined || override.places.some((id) => path.includes(id)))
    .toSorted((a, b) => rank(a) - rank(b));
}

function dayType(campus: Campus, overrides: readonly Override[], day: number): DayType {
  const date = dateOf(day);
  const override = overrides.find((o) =>
    o.date === undefined ? date >= (o.from ?? '') && date <= (o.to ?? '9999') : o.date === date,
  );
  if (override !== undefined) return override.type;
  const off = campus.holidays.get(date);
  if (off !== undefined) return off ? 'holiday' : 'makeup';
  const { terms } = campus.calendar;
  if (terms.length > 0 && !terms.some((term) => date >= term.from && date <= term.to)) return 'break';
  return weekdayOf(day) % 6 === 0 ? 'weekend' : 'school';
}

function createPlans(calendar: CalendarConfig): (profile: string, type: DayType) => DayPlan {
  const plans = new Map<string, DayPlan>();
  return (profile, type) => {
    const key = `${profile}|${type}`;
    const known = plans.get(key);
    if (known !== undefined) return known;
    const place = calendar.placeProfiles[profile];
    const ranges = place === undefined ? [] : (byType(place.open, type) ?? []);
    const open = place?.alwaysOpen === true ? WHOLE_DAY : ranges.flatMap(spansOf);
    const bells = (byType(calendar.bells, type) ?? []).map((bell) => ({
      from: minutes(bell.from),
      to: minutes(bell.to),
    }));
    const plan = { type, open, bells };
    plans.set(key, plan);
    return plan;
  };
}

function byType<T>(table: Partial<Record<DayType, T>>, type: DayType): T | undefined {
  const likeSchool = type === 'makeup' || type === 'exam' || type === 'half-day';
  return table[type] ?? (likeSchool ? table.school : undefined);
}

/** An overnight range is cut at midnight and both ends are put on the day it is written for: good enough for a load. */
function spansOf(range: string): Span[] {
  const [from = 0, to = 0] = range.split('-').map(minutes);
  if (from < to) return [{ from, to }];
  return [
    { from: 0, to },
    { from, to: 1_440 },
  ].filter((span) => span.from < span.to);
}

function minutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
