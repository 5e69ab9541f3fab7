/** One script or folder of a suite against one broker: starts it, follows its events, gives up on a test that hangs. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pythonWith } from '../../engines.ts';

/** A test that prints nothing for so long is given up. The longest of the suites take half a minute. */
const TEST_MS = 90_000;
const SETUP_ATTEMPTS = 3;

export interface SuitePart {
  /** Folder that holds the suite's `mqtt` package. */
  readonly folder: string;
  readonly kind: 'script' | 'pytest';
  readonly name: string;
  readonly title: string;
}

export interface TestResult {
  readonly test: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What it printed, and the exception. */
  readonly text: string;
  /** Packets of both directions, when they were written down. */
  readonly trace: readonly string[];
}

const PARTS = [
  { kind: 'script', name: 'client_test.py', title: 'client_test.py (3.1.1)' },
  { kind: 'script', name: 'client_test5.py', title: 'client_test5.py (5)' },
  { kind: 'pytest', name: 'test_client/V311', title: 'test_client/V311 (3.1.1)' },
  { kind: 'pytest', name: 'test_client/V5', title: 'test_client/V5 (5)' },
] as const;

/** The parts a suite's folder holds, in the order of running. A fork that has its own tests keeps old copies of the scripts, too. */
export function partsOf(suite: string): SuitePart[] {
  const folder = join(suite, 'interoperability');
  const found = PARTS.filter(({ name }) => existsSync(join(folder, name))).map((part) => ({ folder, ...part }));
  const own = found.filter(({ kind }) => kind === 'pytest');
  return own.length > 0 ? own : found;
}

type Event =
  | { readonly plan: readonly string[] }
  | { readonly start: string }
  | { readonly end: string; readonly outcome: TestResult['outcome']; readonly text: string }
  | { readonly broken: string };

/**
 * All tests of a part. After one that never ends, the others run in a new process.
 *
 * @param takeTrace packets since the last call
 * @throws when no Python has what the part needs, or when the suite breaks before its first test
 */
export async function runPart(part: SuitePart, port: number, takeTrace: () => string[]): Promise<TestResult[]> {
  const results: TestResult[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const done = results.map(({ test }) => test);
    const { planned, ended, running, broken } = await runOnce(part, port, done, takeTrace);
    if (done.length === 0 && planned.length === 0) throw new Error(`${part.title} has no tests: ${broken.text}`);
    // The scripts wait half a second for a CONNACK, which a busy machine misses; then their set-up fails and no test runs.
    if (ended.length === 0 && running === undefined && attempt < SETUP_ATTEMPTS) continue;
    results.push(...ended);
    const seen = new Set(ended.map(({ test }) => test));
    const missed = planned.filter((test) => !seen.has(test));
    if (missed.length === 0) return results;
    if (running === undefined)
      return [...results, ...missed.map((test) => ({ test, outcome: 'failed', ...broken }) as const)];
    results.push({ test: running, outcome: 'failed', text: `did not end in ${TEST_MS} ms`, trace: takeTrace() });
    if (missed.length === 1) return results;
  }
}

interface Run {
  readonly planned: readonly string[];
  readonly ended: readonly TestResult[];
  /** What ran when the process was given up. */
  readonly running: string | undefined;
  /** Why tests were not reached. */
  readonly broken: Pick<TestResult, 'text' | 'trace'>;
}

async function runOnce(
  part: SuitePart,
  port: number,
  done: readonly string[],
  takeTrace: () => string[],
): Promise<Run> {
  const needed = part.kind === 'pytest' ? 'pytest' : 'unittest';
  const python = pythonWith(needed);
  if (python === undefined) throw new Error(`no Python with ${needed} is installed`);
  const script = join(import.meta.dirname, 'run-suite.py');
  const child = spawn(python, [script, part.kind, part.folder, part.name, '127.0.0.1', `${port}`, ...done], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  let planned: readonly string[] = [];
  let running: string | undefined;
  let broken: Run['broken'] = { text: 'was not reached', trace: [] };
  const ended: TestResult[] = [];
  const giveUp = setTimeout(() => child.kill('SIGKILL'), TEST_MS);
  for await (const line of createInterface({ input: child.stdout })) {
    giveUp.refresh();
    const event = JSON.parse(line) as Event;
    if ('plan' in event) planned = event.plan;
    else if ('start' in event) {
      running = event.start;
      takeTrace();
    } else if ('end' in event) {
      running = undefined;
      ended.push({ test: event.end, outcome: event.outcome, text: event.text, trace: takeTrace() });
    } else broken = { text: event.broken, trace: takeTrace() };
  }
  clearTimeout(giveUp);
  return { planned, ended, running, broken };
}
