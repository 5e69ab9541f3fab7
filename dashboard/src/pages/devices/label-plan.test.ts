import { expect, it } from 'vitest';
import { deviceOf } from '../../test/samples.ts';
import { labelPlan, parseLabelAsk } from './label-plan.ts';

const places = [
  { id: 'campus', parent: null },
  { id: 'gate', parent: 'campus' },
];
const devices = Array.from({ length: 30 }, (_, n) => deviceOf({ id: `d${n}`, place: n < 3 ? 'gate' : 'campus' }));
const plan = (query: string) => labelPlan(devices, places, parseLabelAsk(new URLSearchParams(query)));
const ids = (query: string) => plan(query).sheets.map((sheet) => sheet.map((device) => device?.id ?? '-').join(' '));

it('labels stand on sheets of 24, after the cells that are used up', () => {
  expect(plan('').sheets.map((sheet) => sheet.length)).toEqual([24, 6]);
  expect(plan('skip=20').sheets.map((sheet) => sheet.length)).toEqual([24, 24, 2]);
  expect(ids('place=gate&skip=2')).toEqual(['- - d0 d1 d2']);
  expect(ids('ids=d9,d1&layout=single&skip=2')).toEqual(['d9', 'd1']);
  expect(plan('skip=24').sheets).toHaveLength(2);
});

it('ids that name nothing are told', () => {
  expect(plan('ids=d1,x')).toMatchObject({ count: 1, unknown: ['x'] });
  expect(plan('ids=x')).toMatchObject({ count: 0, sheets: [], unknown: ['x'] });
  expect(plan('ids=d5&place=gate')).toMatchObject({ count: 4 });
});
