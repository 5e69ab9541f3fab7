import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { profileTest } from '../../../src/decode/profile-test.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/add-a-device.md'), 'utf8');

test('the register map on the page passes its own test', () => {
  const profile = /```yaml\n(id: acme-meter[\s\S]*?)```/.exec(page)?.[1] ?? '';
  const targets = new Map([['acme-meter.yaml', profile]]);
  expect(profileTest({ targets, loaded: new Map(), vectors: new Map() })).toEqual({
    passed: 1,
    failed: 0,
    failures: [],
  });
});
