import { beforeAll, describe, expect, it } from 'vitest';
import { type Boundaries, boundaryErrors, readBoundaries } from '../../../.config/boundaries.mjs';
import cruiser from '../../../.config/dependency-cruiser.mjs';
import { plantTree, uproot } from './temp-tree.ts';

const names = ['aedes', 'antd', 'express', 'influx', 'mqtt', 'nodemailer', 'recharts', 'socket.io', 'socket.io-client'];
const packages = [...names, 'ws', 'zod'];

/** Installed only by name: what is tested are the rules, not the packages. */
const installed = Object.fromEntries(
  packages.flatMap((name) => [
    [
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './index.js' }),
    ],
    [`node_modules/${name}/index.js`, 'export default 1;\n'],
  ]),
);

const manifest = JSON.stringify({
  name: 'planted',
  type: 'module',
  imports: { '#contract/*': './gateway/contract/*' },
  dependencies: Object.fromEntries(packages.map((name) => [name, '1.0.0'])),
});

const clean: Record<string, string> = {
  ...installed,
  'package.json': manifest,
  'gateway/contract/wire.ts': `import 'zod'; export const wire = 1; export type Wire = number;`,
  'gateway/src/main.ts': `import './gateway.ts';`,
  'gateway/src/gateway.ts': `import './pipeline.ts'; import './api/server.ts'; import './store/sqlite.ts'; import './notify/mail.ts';`,
  'gateway/src/pipeline.ts': `import './broker/broker.ts'; import './decode/decode.ts'; import './rules/rule.ts'; import './alerts/alert.ts';`,
  'gateway/src/broker/broker.ts': `import 'aedes'; import 'mqtt'; import 'ws'; import 'node:net'; import '../shared/clock.ts';`,
  'gateway/src/decode/decode.ts': `import 'zod'; import '#contract/wire.ts'; import '../shared/clock.ts';`,
  'gateway/src/meter/meter.ts': `import '../calendar/calendar.ts'; export const meter = 1;`,
  'gateway/src/calendar/calendar.ts': `export const calendar = 1;`,
  'gateway/src/rules/rule.ts': `import '../calendar/calendar.ts'; import '../meter/meter.ts'; export type Rule = 1; export const rule = 1;`,
  'gateway/src/alerts/alert.ts': `import '../calendar/calendar.ts'; export const alert = 1;`,
  'gateway/src/store/sqlite.ts': `import 'node:sqlite'; import 'influx'; export type Store = 1; export const store = 1;`,
  'gateway/src/notify/mail.ts': `import 'nodemailer'; import type { Store } from '../store/sqlite.ts'; export const mail: Store = 1;`,
  'gateway/src/api/server.ts': `import 'express'; import 'socket.io'; import type { Rule } from '../rules/rule.ts'; export const server: Rule = 1;`,
  'gateway/src/probe/ask.ts': `import 'node:net'; import 'node:dgram'; import 'node:http'; import '../shared/clock.ts';`,
  'gateway/src/shared/clock.ts': `import '#contract/wire.ts'; export const clock = 1;`,
  'gateway/src/cli/cli.ts': `import '../store/sqlite.ts'; import '../rules/rule.ts';`,
  'gateway/test/api.test.ts': `import 'mqtt'; import 'socket.io-client'; import '../src/store/sqlite.ts';`,
  'device-sim/src/main.ts': `import 'mqtt'; import '#contract/wire.ts';`,
  'dashboard/src/main.tsx': `import 'antd'; import './charts/line.tsx'; import './live/link.ts'; import '#contract/wire.ts';`,
  'dashboard/src/charts/line.tsx': `import 'recharts'; export const line = 1;`,
  'dashboard/src/live/link.ts': `import 'socket.io-client'; export const link = 1;`,
  'dashboard/src/wall/main.tsx': `import '../live/link.ts';`,
};

/** rule → the file that breaks it and what stands in it. Each file is new, so that no plant hides another. */
const plants: [rule: string, file: string, content: string][] = [
  ['store-reads-meter', 'gateway/src/store/bad-store.ts', `import '../rules/rule.ts';`],
  ['no-circular', 'gateway/src/decode/round-a.ts', `import './round-b.ts';`],
  ['contract-imports-nobody', 'gateway/contract/bad.ts', `import type {} from '../src/shared/clock.ts';`],
  ['dashboard-sees-only-the-contract', 'dashboard/src/bad-room.ts', `import '../../gateway/src/shared/clock.ts';`],
  [
    'device-sim-sees-only-the-contract',
    'device-sim/src/bad-room.ts',
    `import type {} from '../../gateway/src/shared/clock.ts';`,
  ],
  ['source-does-not-lean-on-tests', 'gateway/src/broker/bad-test.ts', `import '../../test/api.test.ts';`],
  ['hops-stay-apart', 'gateway/src/notify/bad-hop.ts', `import '../broker/broker.ts';`],
  ['hops-stay-apart', 'gateway/src/newcomer/bad-hop.ts', `import '../alerts/alert.ts';`],
  ['rules-read-calendar-and-meter', 'gateway/src/rules/bad-hop.ts', `import '../alerts/alert.ts';`],
  ['alerts-and-meter-read-calendar', 'gateway/src/alerts/bad-hop.ts', `import '../meter/meter.ts';`],
  [
    'api-knows-hops-as-types',
    'gateway/src/api/bad-hop.ts',
    `import { alert } from '../alerts/alert.ts'; export const a = alert;`,
  ],
  [
    'store-only-as-types',
    'gateway/src/notify/bad-store.ts',
    `import { store } from '../store/sqlite.ts'; export const s = store;`,
  ],
  ['shared-knows-no-hop', 'gateway/src/shared/bad.ts', `import type {} from '../store/sqlite.ts';`],
  ['hops-do-not-reach-up', 'gateway/src/notify/bad-up.ts', `import '../pipeline.ts';`],
  ['pure-hops-see-only-pure-code', 'gateway/src/decode/bad-store.ts', `import '../store/sqlite.ts';`],
  ['pure-hops-use-no-builtins', 'gateway/src/calendar/bad-file.ts', `import 'node:fs';`],
  ['pure-hops-use-no-io-packages', 'gateway/src/meter/bad-io.ts', `import 'nodemailer';`],
  ['only-broker-speaks-mqtt', 'gateway/src/notify/bad-mqtt.ts', `import 'mqtt';`],
  ['only-broker-speaks-mqtt', 'gateway/src/api/bad-ws.ts', `import 'ws';`],
  ['device-sim-brings-no-broker', 'device-sim/src/bad-broker.ts', `import 'aedes';`],
  ['only-store-speaks-influx', 'gateway/src/notify/bad-influx.ts', `import 'influx';`],
  ['only-store-opens-sqlite', 'gateway/src/cli/bad-sqlite.ts', `import 'node:sqlite';`],
  ['only-probe-opens-sockets', 'gateway/src/notify/bad-net.ts', `import 'node:net';`],
  ['only-probe-opens-sockets', 'gateway/src/cli/bad-dgram.ts', `import 'node:dgram';`],
  ['only-api-serves-http', 'gateway/src/broker/bad-http.ts', `import 'express';`],
  ['only-charts-draw', 'dashboard/src/pages/bad-chart.tsx', `import 'recharts';`],
  ['only-live-opens-the-socket', 'dashboard/src/pages/bad-socket.ts', `import 'socket.io-client';`],
  ['wall-stays-light', 'dashboard/src/wall/bad-chart.tsx', `import '../charts/line.tsx';`],
];

function readTree(files: Record<string, string>): Boundaries {
  const dir = plantTree(files);
  try {
    return readBoundaries(dir);
  } finally {
    uproot(dir);
  }
}

describe('without a violation', () => {
  let read: Boundaries;
  beforeAll(() => {
    read = readTree(clean);
  });

  it('is green', () => {
    expect(boundaryErrors(read, 1)).toEqual([]);
  });

  it('counts our own files and no packages', () => {
    const own = Object.keys(clean).filter((name) => /\.tsx?$/.test(name));
    expect(read.modules).toBe(own.length);
  });

  it('is red when fewer files were read than expected', () => {
    expect(boundaryErrors(read, read.modules + 1)).toHaveLength(1);
  });
});

describe('with one planted', () => {
  let read: Boundaries;
  beforeAll(() => {
    const planted = Object.fromEntries(plants.map(([, file, content]) => [file, content]));
    read = readTree({ ...clean, ...planted, 'gateway/src/decode/round-b.ts': `import './round-a.ts';` });
  });

  it.each(plants)('%s is red for %s', (rule, file) => {
    const found = read.violations.filter((violation) => violation.from === file).map((violation) => violation.rule);
    expect(found).toContain(rule);
  });

  it('no rule is left without a plant', () => {
    const planted = new Set(plants.map(([rule]) => rule));
    expect(cruiser.forbidden.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([]);
  });

  it('nothing else is red', () => {
    const planted = new Set([...plants.map(([, file]) => file), 'gateway/src/decode/round-b.ts']);
    expect(read.violations.filter(({ from }) => !planted.has(from))).toEqual([]);
  });

  it('every violation is told with its reason', () => {
    expect(read.violations.filter(({ reason }) => !reason || reason.length < 20)).toEqual([]);
  });
});

it('this repository keeps its boundaries', () => {
  expect(boundaryErrors(readBoundaries())).toEqual([]);
});
