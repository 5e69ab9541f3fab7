/**
 * `npm run chaos -- conformance --suite DIR…`: the public MQTT suites (Eclipse Paho's, and its fork by EMQX), run as they are
 * against our broker and, where it is installed, against mosquitto. DIR is a checkout; nothing of it is part of this project.
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { mosquitto, ourBroker, type SuiteBroker } from './brokers.ts';
import { tracePackets } from './packet-trace.ts';
import { partsOf, runPart, type SuitePart, type TestResult } from './suite-run.ts';

export const CONFORMANCE_USAGE = `npm run chaos -- conformance --suite DIR [--suite DIR…] [--part NAME…] [--no-compare] [--report FILE]

  --suite DIR    a checkout of eclipse/paho.mqtt.testing or of emqx/paho.mqtt.testing (branch develop-4.0)
  --part NAME    only parts whose title contains NAME: client_test.py, client_test5.py, V311, V5
  --no-compare   without mosquitto
  --report FILE  what each failing test printed, and the packets of both directions

Needs Python 3; the fork's folders need pytest. About 10 minutes a broker. Exit code 1 when a test failed against our broker.
`;

/** Packets of a failing test in the report, from its beginning and from its end. */
const TRACE_LINES = 80;

const excerpt = (trace: readonly string[]): readonly string[] =>
  trace.length <= 2 * TRACE_LINES
    ? trace
    : [...trace.slice(0, TRACE_LINES), `… ${trace.length - 2 * TRACE_LINES} more`, ...trace.slice(-TRACE_LINES)];

interface Outcome {
  readonly broker: string;
  readonly suite: string;
  readonly part: SuitePart;
  readonly results: readonly TestResult[];
}

/** @returns the exit code */
export async function runConformance(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      suite: { type: 'string', multiple: true },
      part: { type: 'string', multiple: true },
      'no-compare': { type: 'boolean', default: false },
      report: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help || values.suite === undefined) {
    process.stdout.write(CONFORMANCE_USAGE);
    return values.help ? 0 : 2;
  }
  const wanted = (title: string): boolean => values.part?.some((name) => title.includes(name)) ?? true;
  const outcomes: Outcome[] = [];
  for (const suite of values.suite.map((dir) => resolve(dir))) {
    const parts = partsOf(suite).filter(({ title }) => wanted(title));
    if (parts.length === 0) {
      process.stderr.write(
        `${suite}: no interoperability/client_test.py and no test_client, or no part of that name\n`,
      );
      return 2;
    }
    for (const part of parts)
      for (const start of values['no-compare'] ? [ourBroker] : [ourBroker, mosquitto]) {
        const outcome = await runAgainst(start, suite, part, values.report !== undefined);
        if (outcome !== undefined) outcomes.push(outcome);
        if (values.report !== undefined) await writeFile(values.report, reportOf(outcomes));
      }
  }
  process.stdout.write(`\n${tableOf(outcomes)}\n`);
  const isClean = outcomes.every(({ broker, results }) => broker !== 'houqin' || countOf(results, 'failed') === 0);
  return isClean ? 0 : 1;
}

async function runAgainst(
  start: () => Promise<SuiteBroker | undefined>,
  suite: string,
  part: SuitePart,
  isTraced: boolean,
): Promise<Outcome | undefined> {
  const broker = await start();
  if (broker === undefined) {
    process.stdout.write(`── ${part.title}: mosquitto is not installed, no comparison\n`);
    return undefined;
  }
  const trace = isTraced ? await tracePackets(broker.port) : undefined;
  process.stdout.write(`── ${part.title}, ${broker.name}\n`);
  const results = await runPart(part, trace?.port ?? broker.port, () => trace?.take() ?? []);
  await trace?.stop();
  await broker.stop();
  process.stdout.write(`   ${summary(results)}\n`);
  return { broker: broker.name, suite, part, results };
}

const countOf = (results: readonly TestResult[], outcome: TestResult['outcome']): number =>
  results.filter((result) => result.outcome === outcome).length;

function summary(results: readonly TestResult[]): string {
  const skipped = countOf(results, 'skipped');
  const passed = `${countOf(results, 'passed')} of ${results.length - skipped} passed`;
  return skipped === 0 ? passed : `${passed}, ${skipped} skipped by the suite itself`;
}

/** One line a test, one column a broker. */
function tableOf(outcomes: readonly Outcome[]): string {
  const groups = Map.groupBy(outcomes, ({ suite, part }) => `${suite}: ${part.title}`);
  return [...groups].map(([title, group]) => `${title}\n${group.map(column).join('\n')}\n${rows(group)}`).join('\n\n');
}

const column = ({ broker, results }: Outcome): string => `  ${broker}: ${summary(results)}`;

function rows(group: readonly Outcome[]): string {
  const tests = [...new Set(group.flatMap(({ results }) => results.map(({ test }) => test)))];
  const cell = ({ results, broker }: Outcome, test: string): string =>
    `${broker} ${results.find((result) => result.test === test)?.outcome ?? '–'}`.padEnd(20);
  return tests.map((test) => `  ${test.padEnd(62)} ${group.map((one) => cell(one, test)).join('')}`).join('\n');
}

function reportOf(outcomes: readonly Outcome[]): string {
  const failures = outcomes.flatMap(({ broker, part, results }) =>
    results
      .filter(({ outcome }) => outcome === 'failed')
      .map(
        ({ test, text, trace }) =>
          `════ ${broker}, ${part.title}: ${test}\n${text.trim()}\n${excerpt(trace)
            .map((line) => `  ${line}`)
            .join('\n')}\n`,
      ),
  );
  return `${new Date().toISOString()}\n\n${tableOf(outcomes)}\n\n${failures.join('\n')}`;
}
