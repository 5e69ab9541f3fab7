import { describe, expect, it } from 'vitest';
import { incidentOf } from '../test/samples.ts';
import { isTimeToReload } from './nightly-reload.ts';
import { isCalling, wallWord } from './wall-state.ts';
import { wallToken } from './wall-token.ts';

const now = 10_000;

const live = { state: 'live', refused: false } as const;
const broken = { state: 'broken', refused: false } as const;

describe('the giant word', () => {
  it('is that of the headline', () => {
    for (const word of ['fine', 'partly', 'unknown', 'toSee', 'inHand', 'broken', 'connecting'] as const)
      expect(wallWord({ word }, false, live)).toBe(word);
  });

  it('calls only for what calls: what is silenced is in hand, and over a broken line it is broken', () => {
    expect(wallWord({ word: 'act' }, true, live)).toBe('act');
    expect(wallWord({ word: 'act' }, true, broken)).toBe('act');
    expect(wallWord({ word: 'act' }, false, live)).toBe('inHand');
    expect(wallWord({ word: 'act' }, false, broken)).toBe('broken');
    // Whatever it was: nothing more comes to a wall whose key is no longer valid.
    for (const word of ['act', 'fine', 'broken'] as const)
      expect(wallWord({ word }, word === 'act', { ...broken, refused: true })).toBe('refused');
  });
});

it('calls for what is new and not silenced, and never for a notice', () => {
  expect(isCalling(incidentOf(), now)).toBe(true);
  expect(isCalling(incidentOf({ severity: 'info' }), now)).toBe(false);
  expect(isCalling(incidentOf({ silencedUntil: now + 1 }), now)).toBe(false);
  expect(isCalling(incidentOf({ silencedUntil: now }), now)).toBe(true);
  expect(isCalling(incidentOf({ ackedAt: 1 }), now)).toBe(false);
});

describe('the nightly reload', () => {
  const at4 = Date.parse('2026-03-01T20:30:00Z');
  const night = {
    zone: 'Asia/Shanghai',
    now: at4,
    loadedAt: at4 - 20 * 3_600_000,
    isCalling: false,
    armedByTap: false,
  };

  it('happens once, at four at the site', () => {
    expect(isTimeToReload(night)).toBe(true);
    expect(isTimeToReload({ ...night, now: at4 + 3_600_000 })).toBe(false);
    expect(isTimeToReload({ ...night, loadedAt: at4 - 60_000 })).toBe(false);
  });

  it('never takes the voice of a wall, nor interrupts a call', () => {
    expect(isTimeToReload({ ...night, armedByTap: true })).toBe(false);
    expect(isTimeToReload({ ...night, isCalling: true })).toBe(false);
  });
});

it.each([
  ['#token=abc', 'abc'],
  ['#token=', undefined],
  ['', undefined],
])('the token of %j is %j', (hash, token) => {
  expect(wallToken(hash)).toBe(token);
});
