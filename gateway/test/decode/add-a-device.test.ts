import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { profileTest } from '../../src/decode/profile-test.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/add-a-device.md'), 'utf8');
const profile = /```yaml\n(#[^\n]*\nid: acme-water[\s\S]*?)```/.exec(page)?.[1] ?? '';
const run = (text: string) =>
  profileTest({ targets: new Map([['acme-water.yaml', text]]), loaded: new Map(), vectors: new Map() });

test('the profile on the page passes its own tests', () => {
  expect(run(profile)).toEqual({ passed: 2, failed: 0, failures: [] });
});

test('the mistake on the page is reported with the words on the page', () => {
  const [failure] = run(profile.replace('flow_lph, path', 'flow_lpm, path')).failures;
  expect(page).toContain(`${failure?.id}: no metric of that name`);
});
