import { expect, it } from 'vitest';
import { rulesConfig } from '#contract/config/rules.ts';
import { writtenRule } from './written-rule.ts';

const name = { zh: '甲', en: 'A' };

it('a rule that was read is written so that it reads the same, switched on', () => {
  const { rules } = rulesConfig.parse({
    rules: [
      { id: 'a', name, kind: 'silent', after: '36h', clearDelay: '90s', enabled: false },
      {
        id: 'b',
        name,
        kind: 'state-in-period',
        metric: 'door_open',
        equals: true,
        for: '20s',
        select: { kind: 'door' },
      },
      { id: 'c', name, kind: 'closed-hours-power', aboveW: 200, for: '10m', period: undefined },
      { id: 'd', name, kind: 'never-zero-flow', clearDelay: '2d', for: '0s' },
      { id: 'e', name, kind: 'threshold', metric: 'power_w', above: 1, period: 'closed' },
    ].map(({ period, ...rest }) => (period === undefined ? rest : { ...rest, period })),
  });
  const again = rulesConfig.parse(JSON.parse(JSON.stringify({ rules: rules.map(writtenRule) })));
  expect(again.rules).toEqual(rules.map((rule) => ({ ...rule, enabled: true })));
});
