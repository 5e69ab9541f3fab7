/** The table and its replays name the same ecosystems. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ECOSYSTEMS } from '#contract/ecosystems/ecosystems.ts';

/** What chooses its own topics logs in as the device that it is; `discovery` stands for whatever announces itself, here OpenMQTTGateway. */
const WITHOUT_A_ROW = ['native', 'discovery'];

test('every ecosystem of the table is replayed with its documented prefixes', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
  const replayed = files.flatMap((name) => {
    const text = readFileSync(join(import.meta.dirname, name), 'utf8');
    return [...text.matchAll(/documentedLogin\('([^']+)'/g)].map(([, id]) => id);
  });
  const listed = ECOSYSTEMS.map(({ id }) => id).filter((id) => !WITHOUT_A_ROW.includes(id));
  expect([...new Set(replayed)].toSorted()).toEqual(listed.toSorted());
});
