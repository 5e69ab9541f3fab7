import { expect, test } from 'vitest';
import { createAuthThrottle } from '../../src/broker/auth-throttle.ts';
import { DEFAULT_LIMITS } from '../../src/broker/broker-options.ts';

test('ten failures a minute are free, then late for five minutes, each address for itself', () => {
  const throttle = createAuthThrottle(DEFAULT_LIMITS);
  for (let i = 0; i < 10; i += 1) expect(throttle.fail('a', i)).toBe(0);
  expect(throttle.fail('a', 100)).toBe(3_000);
  expect(throttle.fail('b', 100)).toBe(0);
  throttle.answered();
  expect(throttle.fail('a', 299_000)).toBe(3_000);
  // The last failure over the limit was at 100 ms; the one at 299 s opened a new window.
  expect(throttle.fail('a', 300_200)).toBe(0);
});
