import { expect, test } from 'vitest';
import { describeMembers } from '../../src/onboarding/describe-members.ts';
import { createUnreadBook } from '../../src/onboarding/unread-book.ts';

test('a member whose path is too long is shown with the reason, without a metric, and disturbs no other', () => {
  const book = createUnreadBook();
  const members = [
    { name: 'power', sample: 812 },
    { name: 'a.power…z', sample: 5, isTooLong: true as const },
  ];
  book.add([{ device: 'd', members, read: [], used: [], isEcho: false }], { topic: 't/d', at: 5, login: 'l' });
  expect(describeMembers(book.of('d'))).toMatchObject([
    { path: 'power', metric: 'power_w', note: null, tooLong: false },
    { path: 'a.power…z', sample: 5, metric: null, tooLong: true, note: { zh: expect.stringContaining('256') } },
  ]);
});
