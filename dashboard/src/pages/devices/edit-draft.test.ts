import { expect, test } from 'vitest';
import { deviceOf } from '../../test/samples.ts';
import { editDraft, patchOf } from './edit-draft.ts';

test('a shipped tag is shown in the reader’s language and kept as the rules know it', () => {
  const before = deviceOf({ tags: ['lighting'] });
  const draft = editDraft(before, 'zh');
  expect(draft.tags).toBe('照明');
  expect(patchOf(before, draft)).toBeUndefined();
  expect(patchOf(before, { ...draft, tags: '照明，教室' })).toEqual({
    change: { tags: ['lighting', 'room'] },
    was: { tags: ['lighting'] },
  });
});
