import { expect, test } from 'vitest';
import { rulesConfig } from '#contract/config/rules.ts';
import { deviceOf } from '../../test/samples.ts';
import { idleRules } from './idle-rules.ts';
import { rulesText } from './rules.text.ts';

const places = [
  { id: 'campus', parent: null },
  { id: 'gate', parent: 'campus' },
  { id: 'hall', parent: 'campus' },
];
const idle = (select: object, device = deviceOf({ tags: ['room'] }), enabled = true) =>
  idleRules(
    rulesConfig.parse({ rules: [{ id: 'r', name: 'r', kind: 'silent', enabled, select }] }).rules,
    [device],
    places,
  ).has('r');

test.each([
  [{}, false],
  [{ kind: 'door', places: ['campus'], tags: ['room'], devices: ['door-1'] }, false],
  [{ kind: 'camera' }, true],
  [{ places: ['hall'] }, true],
  [{ tags: ['room', 'sockets'] }, true],
  [{ devices: ['door-2'] }, true],
  [{ devices: [] }, true],
])('a rule that selects %j is idle: %s', (select, expected) => {
  expect(idle(select)).toBe(expected);
});

test('a retired device is not watched, and a rule that is switched off is not idle', () => {
  expect(idle({}, deviceOf({ retired: '2026-01-01' }))).toBe(true);
  expect(idle({ kind: 'camera' }, deviceOf(), false)).toBe(false);
});

test('the headline says how many rules can never alert', () => {
  expect(rulesText.zh.sentence(16, 0, 3)).toBe('已启用 16 条规则，其中 3 条没有选中任何设备，不会告警。');
  expect(rulesText.zh.sentence(16, 2, 0)).toBe('已启用 16 条规则，另有 2 条停用。');
  expect(rulesText.en.sentence(2, 1, 1)).toBe(
    '2 rules are in use, 1 of which selects no device and cannot alert; 1 switched off.',
  );
});
