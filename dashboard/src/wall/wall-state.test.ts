import { describe, expect, it } from 'vitest';
import { deviceOf, incidentOf } from '../test/samples.ts';
import { isTimeToReload } from './nightly-reload.ts';
import { isCalling, wallWord } from './wall-state.ts';
import { wallToken } from './wall-token.ts';

const now = 10_000;
const live = { state: 'live' } as const;
const broken = { state: 'broken' } as const;
const fine = { connection: live, incidents: [], devices: [deviceOf()], storage: [], now };

describe('the giant word', () => {
  it('is fine only while that is known', () => {
    expect(wallWord(fine)).toBe('fine');
    expect(wallWord({ ...fine, connection: broken })).toBe('broken');
    expect(wallWord({ ...fine, connection: { state: 'connecting' } })).toBe('connecting');
    expect(wallWord({ ...fine, devices: [deviceOf({ state: 'unknown' })] })).toBe('unknown');
  });

  it('is not fine while the disk of the gateway is not', () => {
    expect(wallWord({ ...fine, storage: [{}] })).toBe('unknown');
    expect(wallWord({ ...fine, storage: [{}], incidents: [incidentOf()] })).toBe('act');
    expect(wallWord({ ...fine, storage: [{}], incidents: [incidentOf({ ackedAt: 1 })] })).toBe('inHand');
  });

  it('calls as long as nobody has taken it, also over a broken line', () => {
    expect(wallWord({ ...fine, incidents: [incidentOf()] })).toBe('act');
    expect(wallWord({ ...fine, connection: broken, incidents: [incidentOf()] })).toBe('act');
    expect(wallWord({ ...fine, incidents: [incidentOf({ ackedAt: 1 })] })).toBe('inHand');
  });

  it('is not fine over what ended before anybody looked; a notice holds nobody up', () => {
    const over = incidentOf({ state: 'resolved', until: 5_000 });
    expect(wallWord({ ...fine, incidents: [over] })).toBe('unseen');
    expect(wallWord({ ...fine, incidents: [{ ...over, ackedAt: 6_000 }] })).toBe('fine');
    expect(wallWord({ ...fine, incidents: [{ ...over, severity: 'info' }] })).toBe('fine');
    expect(wallWord({ ...fine, incidents: [over, incidentOf({ ackedAt: 1 })] })).toBe('inHand');
    expect(wallWord({ ...fine, incidents: [over], devices: [deviceOf({ state: 'unknown' })] })).toBe('unknown');
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
