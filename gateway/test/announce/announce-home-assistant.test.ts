/** How often what Home Assistant says makes the gateway speak; time is moved by hand. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { announceHomeAssistant } from '../../src/announce-home-assistant.ts';
import { campusFrom } from '../../src/campus-in-force.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { manualClock } from '../../src/shared/clock.ts';
import type { OutMessage } from '../../src/shared/out-message.ts';
import { textsOf } from '../config/small-campus.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

function start() {
  const read = campusFrom(parseConfig(textsOf({ gateway: 'demo: false\nhomeAssistant: { announce: true }\n' })));
  if (!read.ok) throw new Error(read.problems[0]?.message.en);
  const clock = manualClock(Date.UTC(2026, 2, 2));
  const sent: OutMessage[] = [];
  const announcer = announceHomeAssistant({
    clock,
    judgement: {
      device: () => undefined,
      latest: () => [],
      currentIncidents: () => [],
      onEvent: () => () => {},
      onUnsaved: () => () => {},
      onGrown: () => () => {},
      onValues: () => () => {},
    },
    campus: () => read.campus,
    send: (messages) => void sent.push(...messages),
  });
  const whole = new Set(sent.map(({ topic }) => topic));
  sent.length = 0;
  return {
    announcer,
    whole,
    born: () => announcer.heard({ topic: 'homeassistant/status', payload: Buffer.from('online') }),
    seconds(n: number, each: () => void = () => {}): void {
      for (let s = 0; s < n; s += 1) {
        each();
        clock.set(clock.now() + 1_000);
        vi.advanceTimersByTime(1_000);
      }
    },
    /** How often each topic was said since it was asked last. */
    times(): number[] {
      const counts = Map.groupBy(sent.splice(0), ({ topic }) => topic);
      return [...whole].map((topic) => counts.get(topic)?.length ?? 0);
    },
  };
}

describe('Home Assistant says that it has started', () => {
  test('and gets everything again within a second', () => {
    const { born, seconds, times, whole, announcer } = start();
    expect(whole.size).toBeGreaterThan(3);
    born();
    seconds(1);
    expect(times()).toEqual(Array.from(whole, () => 1));
    announcer.close();
  });

  test('over and over: everything once in ten seconds, however often it is said', () => {
    const { born, seconds, times, whole, announcer } = start();
    seconds(30, () => {
      for (let n = 0; n < 50; n += 1) born();
    });
    expect(times()).toEqual(Array.from(whole, () => 3));
    announcer.close();
  });

  test('twice within ten seconds: the second start has its answer when they are over, and no third follows', () => {
    const { born, seconds, times, whole, announcer } = start();
    born();
    seconds(2);
    born();
    times();
    seconds(5);
    expect(times()).toEqual(Array.from(whole, () => 0));
    seconds(30);
    expect(times()).toEqual(Array.from(whole, () => 1));
    announcer.close();
  });
});
