/** What waits for the disk: told late, kept in its newest state, and in its place on every page of a list. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident } from '#contract/http/alerts.ts';
import type { LiveEventBody } from '#contract/live.ts';
import type { RecordPage } from '../../src/store/judge-records.ts';
import { cursorAt, splitCursor } from '../../src/store/judge-records.ts';
import { createUnsavedEvents, incidentsIn } from '../../src/unsaved-events.ts';
import { withUnsaved } from '../../src/with-unsaved.ts';
import { INCIDENT } from '../api/fake-live.ts';

const incident = (id: string, over: Partial<Incident> = {}): Incident => ({ ...INCIDENT, id, ...over });
const body = (id: string, over: Partial<Incident> = {}): LiveEventBody => ({
  type: 'incident',
  incident: incident(id, over),
});

describe('events that wait for the disk', () => {
  it('are told once they have waited for a second, each state once, and no more when they are stored', () => {
    const unsaved = createUnsavedEvents();
    const told: string[] = [];
    unsaved.onLate((bodies) => told.push(...incidentsIn(bodies).map(({ id, ackedBy }) => `${id} ${ackedBy}`)));
    unsaved.push(body('a'), 0);
    unsaved.push(body('b'), 900);
    unsaved.tellLate(999);
    expect(told).toEqual([]);
    unsaved.tellLate(1_000);
    unsaved.tellLate(1_100);
    expect(told.splice(0)).toEqual(['a null']);
    unsaved.push(body('a', { ackedBy: 'wang' }), 1_200);
    unsaved.tellLate(1_250);
    expect(told.splice(0)).toEqual(['a wang']);
    const batch = unsaved.take();
    unsaved.push(body('b', { ackedBy: 'li' }), 1_300);
    unsaved.saved(batch);
    // What changed after it was taken is still not on disk.
    expect(incidentsIn(unsaved.all())).toMatchObject([{ id: 'b', ackedBy: 'li' }]);
    unsaved.tellLate(2_000);
    expect(told).toEqual(['b li']);
    unsaved.saved(unsaved.take());
    expect(unsaved.all()).toEqual([]);
  });

  it('of one thing are merged when too many wait, counted, and the newest stands', () => {
    const unsaved = createUnsavedEvents(10);
    for (let i = 0; i < 100; i += 1) unsaved.push(body(i % 2 === 0 ? 'a' : 'b', { ackedBy: String(i) }), i);
    expect(unsaved.count()).toBeLessThanOrEqual(10);
    expect(unsaved.merged() + unsaved.count()).toBe(100);
    expect(incidentsIn(unsaved.take())).toMatchObject([{ ackedBy: '98' }, { ackedBy: '99' }]);
  });
});

/** A page as the records would answer it. */
function pageOf(all: readonly Incident[], before: string | undefined, limit: number): RecordPage<Incident> {
  const [since, id] = splitCursor(before);
  const order = [...all].sort((a, b) => b.since - a.since || (a.id < b.id ? 1 : -1));
  const rest = order.filter((one) => one.since < since || (one.since === since && one.id < id));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rest.length > limit && last ? cursorAt(last) : null };
}

it('whatever is on disk and whatever waits, a list read page by page holds each once, in order, in its newest state', () => {
  const some = fc.uniqueArray(fc.record({ n: fc.nat(12), since: fc.nat(6), open: fc.boolean() }), {
    selector: ({ n }) => n,
    maxLength: 12,
  });
  fc.assert(
    fc.property(some, some, fc.integer({ min: 1, max: 4 }), fc.boolean(), (stored, waiting, limit, onlyFiring) => {
      const made = ({ n, since, open }: { n: number; since: number; open: boolean }): Incident =>
        // The time of an incident does not change once it is known.
        incident(`i${n}`, {
          since: stored.find((one) => one.n === n)?.since ?? since,
          state: open ? 'firing' : 'resolved',
        });
      const onDisk = stored.map(made);
      const unsaved = waiting.map(made);
      const isWanted = ({ state }: Incident): boolean => !onlyFiring || state === 'firing';
      const truth = [...new Map([...onDisk, ...unsaved].map((one) => [one.id, one])).values()].filter(isWanted);
      const read: Incident[] = [];
      let cursor: string | undefined;
      do {
        const page = withUnsaved(
          pageOf(onDisk.filter(isWanted), cursor, limit),
          unsaved,
          { before: cursor, limit },
          isWanted,
        );
        expect(page.items.length).toBeLessThanOrEqual(limit);
        read.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(read).toEqual(pageOf(truth, undefined, 1_000).items);
    }),
  );
});
