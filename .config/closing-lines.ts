import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/**
 * Counts for the two lines that close `npm test`. They are written to a file and printed by whoever started the runner:
 * only that one is sure to speak last.
 */
export class ClosingLines implements Reporter {
  readonly #file: string | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    if (this.#file === undefined) return;
    const reasons = new Map<string, number>();
    let passed = 0;
    const crashes = unhandled.map(crashOf);
    const crashed = crashes.filter((file) => file !== undefined);
    let failed = crashes.length - crashed.length;
    for (const module of modules) {
      // It runs once more, and is counted then.
      if (crashed.includes(module.moduleId)) continue;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') passed += 1;
        else if (result.state === 'skipped') {
          const reason = result.note ?? `no reason given: ${test.fullName}`;
          reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        } else failed += 1;
      }
      // A file or a beforeAll that throws fails no single test, and yet nothing in it was shown to work.
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
    }
    const skipped = [...reasons].map(([reason, count]) => `${count} (${reason})`).join(', ') || 'nothing';
    writeFileSync(this.#file, JSON.stringify({ passed, failed, skipped: skipped.replaceAll(/\s+/g, ' '), crashed }));
  }
}

/** The test file whose process was ended by a fault of the runtime itself, not by an error of the program. */
function crashOf(error: SerializedError): string | undefined {
  const cause = error.cause as SerializedError | undefined;
  const said = `${error.message} ${cause?.message ?? ''}`;
  return /exited unexpectedly with signal SIG(?:SEGV|TRAP|BUS|ILL) .*running test file (\S+)/.exec(said)?.[1];
}
