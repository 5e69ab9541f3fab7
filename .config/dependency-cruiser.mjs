const tests = '^(gateway/(test|bench)|device-sim/test|dashboard/e2e)/|\\.test\\.tsx?$';
const valueOnly = { dependencyTypesNot: ['type-only'] };

/** `names` is a pattern over package names; an uninstalled package is met under its bare name. */
const packages = (names) => `(^|/)node_modules/(${names})(/|$)|^(${names})$`;

/** One package, one importer: what it costs to replace is then known, and what it does can be faked at one place. */
function gate(name, names, folders, comment) {
  return {
    name: `only-${name}`,
    severity: 'error',
    comment,
    from: { pathNot: [folders, tests] },
    to: { path: packages(names) },
  };
}

const rooms = [
  {
    name: 'no-circular',
    comment: 'Two files that need each other can neither be read nor tested alone.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'contract-imports-nobody',
    comment: 'The contract is what every room agrees on; if it leaned on one of them, the others would too.',
    from: { path: '^gateway/contract/' },
    to: { path: '^(gateway/(?!contract/)|dashboard/|device-sim/|\\.config/)' },
  },
  {
    name: 'dashboard-sees-only-the-contract',
    comment: 'The dashboard is a client like any other: what it may know of the gateway stands in the contract.',
    from: { path: '^dashboard/(?!e2e/)' },
    to: { path: '^(gateway/(?!contract/)|device-sim/|dashboard/e2e/|\\.config/)' },
  },
  {
    name: 'device-sim-sees-only-the-contract',
    comment: 'A simulator that shared code with the gateway would share its mistakes and prove nothing.',
    from: { path: '^device-sim/(?!test/)' },
    to: { path: '^(gateway/(?!contract/)|dashboard/|\\.config/)' },
  },
  {
    name: 'source-does-not-lean-on-tests',
    comment: 'What runs at a school must run without the tests.',
    from: { path: '^(gateway/(src|contract)|dashboard/src|device-sim)/', pathNot: tests },
    to: { path: tests },
  },
];

const hops = [
  {
    name: 'hops-stay-apart',
    comment: 'Hops meet only in the files directly under gateway/src, so the way of a reading can be read there.',
    from: { path: '^gateway/src/([^/]+)/', pathNot: '^gateway/src/(cli|api|rules|alerts|meter|store)/' },
    to: { path: '^gateway/src/[^/]+/', pathNot: '^gateway/src/($1|shared|store)/', ...valueOnly },
  },
  {
    name: 'rules-read-calendar-and-meter',
    comment: 'A rule needs to know what day it is and what was consumed; nothing else of the other hops.',
    from: { path: '^gateway/src/rules/' },
    to: { path: '^gateway/src/[^/]+/', pathNot: '^gateway/src/(rules|shared|calendar|meter)/', ...valueOnly },
  },
  {
    name: 'store-reads-meter',
    comment:
      "The store keeps booked hours; how a register step is booked is the meter room's business, types are free.",
    from: { path: '^gateway/src/store/' },
    to: { path: '^gateway/src/[^/]+/', pathNot: '^gateway/src/(store|shared|meter)/', ...valueOnly },
  },
  {
    name: 'alerts-and-meter-read-calendar',
    comment: 'Quiet hours and tariffs follow the school calendar; nothing else of the other hops is needed.',
    from: { path: '^gateway/src/(alerts|meter)/' },
    to: { path: '^gateway/src/[^/]+/', pathNot: '^gateway/src/($1|shared|calendar)/', ...valueOnly },
  },
  {
    name: 'api-knows-hops-as-types',
    comment: 'The api describes what it is given as arguments; the values themselves come from gateway.ts.',
    from: { path: '^gateway/src/api/' },
    to: { path: '^gateway/src/[^/]+/', pathNot: '^gateway/src/(api|shared)/', ...valueOnly },
  },
  {
    name: 'store-only-as-types',
    comment: 'Whoever gets a store as an argument can be tested with one in memory.',
    from: { path: '^gateway/src/[^/]+/', pathNot: '^gateway/src/(store|cli)/' },
    to: { path: '^gateway/src/store/', ...valueOnly },
  },
  {
    name: 'shared-knows-no-hop',
    comment: 'What everybody imports must import nobody, not even for a type.',
    from: { path: '^gateway/src/shared/' },
    to: { path: '^gateway/src/(?!shared/)' },
  },
  {
    name: 'hops-do-not-reach-up',
    comment: 'A hop that knew the composition could no longer be composed differently, as replay and back-test do.',
    from: { path: '^gateway/src/[^/]+/', pathNot: '^gateway/src/cli/' },
    to: { path: '^gateway/src/[^/]+\\.ts$' },
  },
];

const pureHops = '^gateway/src/(decode|meter|calendar|rules|alerts|live|onboarding|announce)/';

const pure = [
  {
    name: 'pure-hops-see-only-pure-code',
    comment: 'The same rule code runs live, in replay and over history; that holds only while it can reach no I/O.',
    from: { path: pureHops },
    to: {
      path: '^(gateway|dashboard|device-sim)/',
      pathNot: `^gateway/(contract|src/shared)/|${pureHops}`,
      ...valueOnly,
    },
  },
  {
    name: 'pure-hops-use-no-builtins',
    comment: 'No clock, no file, no timer: time is an argument, and a result depends on nothing else.',
    from: { path: pureHops },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'pure-hops-use-no-io-packages',
    comment: 'These few compute and do nothing else; a package that talks to the world belongs to another hop.',
    from: { path: pureHops },
    to: { path: '(^|/)node_modules/', pathNot: packages('zod|yaml|croner') },
  },
];

const gates = [
  gate(
    'broker-speaks-mqtt',
    'aedes|aedes-[^/]+|mqtt|mqtt-packet|ws',
    '^gateway/src/broker/|^device-sim/',
    'MQTT has one door into the gateway, where frames are checked and counted; devices, and so the simulator, stand outside.',
  ),
  {
    name: 'device-sim-brings-no-broker',
    severity: 'error',
    comment: 'The simulator is a client: it is to be refused, throttled and cut off by the real broker.',
    from: { path: '^device-sim/(?!test/)' },
    to: { path: packages('aedes|aedes-[^/]+|ws') },
  },
  gate(
    'store-speaks-influx',
    'influx',
    '^gateway/src/store/',
    'Which database keeps the readings is known to the store alone.',
  ),
  {
    name: 'only-store-opens-sqlite',
    severity: 'error',
    comment: 'One writer, one worker, one schema: a second place with SQL would bypass its transactions.',
    from: { pathNot: ['^gateway/src/store/', tests] },
    to: { path: '^(node:)?sqlite$' },
  },
  {
    name: 'only-probe-opens-sockets',
    severity: 'error',
    comment:
      'What the gateway says to machines at a school of its own accord stands in one room, with its limits; broker, api and doctor listen.',
    from: { path: '^gateway/src/', pathNot: '^gateway/src/(probe/|broker/|api/|cli/doctor\\.ts$)' },
    to: { path: '^(node:)?(net|dgram|tls|http|https|http2)$', ...valueOnly },
  },
  gate(
    'api-serves-http',
    'express|express-rate-limit|helmet|socket\\.io',
    '^gateway/src/api/',
    'Who may see what is decided at one door; a second server would be a second door.',
  ),
  gate(
    'charts-draw',
    'recharts',
    '^dashboard/src/charts/',
    'A chart knows loading, error, empty and theme once, for all pages.',
  ),
  gate(
    'live-opens-the-socket',
    'socket\\.io-client',
    '^dashboard/src/live/',
    'One connection, one place that knows whether what is shown is still true.',
  ),
  {
    name: 'wall-stays-light',
    severity: 'error',
    comment:
      'The wall runs for months on a cheap box; the component library and the charts weigh four times the rest of it.',
    from: { path: '^dashboard/src/wall/' },
    to: { path: packages('antd|@ant-design/[^/]+|recharts'), reachable: true },
  },
];

export default {
  forbidden: [...rooms, ...hops, ...pure, ...gates].map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dashboard/dist|coverage)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
