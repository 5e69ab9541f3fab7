import { expect, it } from 'vitest';
import type { Place } from '#contract/http/campus.ts';
import { byBuilding } from './building-of.ts';

const place = (id: string, kind: string, parent: string | null): Place => ({
  id,
  kind,
  parent,
  name: { zh: id, en: id },
  profile: null,
  areaM2: null,
  heads: null,
  open: true,
});

it('gathers by building, gates by themselves, in the order of the campus', () => {
  const places = [
    place('campus', 'campus', null),
    place('gate', 'gate', 'campus'),
    place('house', 'building', 'campus'),
    place('floor', 'floor', 'house'),
    place('room', 'room', 'floor'),
  ];
  const items = ['room', 'gone', 'gate', 'campus', 'house'].map((id) => ({ id, place: id }));
  expect(byBuilding(items, places).map(({ building, items: of }) => [building?.id, of.map(({ id }) => id)])).toEqual([
    ['campus', ['campus']],
    ['gate', ['gate']],
    ['house', ['room', 'house']],
    [undefined, ['gone']],
  ]);
});
