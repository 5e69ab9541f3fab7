/** A scenario: faults on a timetable, counted from the start of the fleet. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Campus } from '../campus.ts';
import { faultSpec } from '../faults/fault-spec.ts';
import { demoScenario } from './demo.ts';
import { stormScenario } from './storm.ts';

const timing = {
  atS: z
    .number()
    .min(0)
    .max(30 * 86_400),
  /** Again every so many seconds; once when absent. */
  everyS: z
    .number()
    .min(1)
    .max(7 * 86_400)
    .optional(),
  /** Name of the story in the ledger. */
  story: z.string().min(1).max(64).optional(),
};

/** `atS`, `everyS` and `story` are ours, the rest is a fault as `POST /faults` takes it. */
const step = z.looseObject(timing).transform(({ atS, everyS, story, ...fault }, context) => {
  const spec = faultSpec.safeParse(fault);
  if (spec.success) return { atS, everyS, story, spec: spec.data };
  for (const issue of spec.error.issues)
    context.addIssue({ code: 'custom', message: issue.message, path: [...issue.path] });
  return z.NEVER;
});

export const scenarioSteps = z.array(step).max(1_000);
export type ScenarioStep = z.output<typeof step>;

/**
 * A built-in scenario (`demo`, `quiet`, `storm`), or a YAML file with a list of steps.
 * @throws Error naming file and step when the file cannot be read or a step does not fit.
 */
export async function loadScenario(nameOrFile: string, campus: Campus, seed: number): Promise<readonly ScenarioStep[]> {
  if (nameOrFile === 'quiet') return [];
  if (nameOrFile === 'demo') return scenarioSteps.parse(demoScenario(campus));
  if (nameOrFile === 'storm') return scenarioSteps.parse(stormScenario(campus, seed));
  const parsed = scenarioSteps.safeParse(parse(await readFile(nameOrFile, 'utf8')));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${nameOrFile}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}`);
}
