import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { vectors } from './proposal-score.ts';

test('every profile that ships has vectors of its name: by them it is told from a school’s own', () => {
  const shipped = readdirSync(resolve(import.meta.dirname, '../../../config/profiles')).map((file) =>
    file.replace(/\.yaml$/, ''),
  );
  const known = vectors();
  expect(shipped.filter((id) => !known.has(id))).toEqual([]);
});
