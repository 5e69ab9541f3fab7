import { describe, expect, it } from 'vitest';
import { deviceOf, latestOf } from '../test/samples.ts';
import { byParentDown, cameraState, doorState, isOut, outSince } from './campus-state.ts';
import { isOutdated } from './outdated.ts';

describe('a door', () => {
  it('is what its sensor says', () => {
    expect(doorState(deviceOf(), latestOf({ value: 1 }))).toBe('open');
    expect(doorState(deviceOf({ state: 'suspect' }), latestOf({ value: 0 }))).toBe('closed');
  });

  it('is unknown, never closed, when its sensor is gone or only a replayed value is known', () => {
    expect(doorState(deviceOf({ state: 'offline' }), latestOf({ value: 0 }))).toBe('unknown');
    expect(doorState(deviceOf({ state: 'unknown' }), latestOf({ value: 1 }))).toBe('unknown');
    expect(doorState(deviceOf(), undefined)).toBe('unknown');
    expect(doorState(deviceOf(), latestOf({ freshness: 'hint' }))).toBe('unknown');
  });
});

describe('a camera', () => {
  it('in maintenance is neither online nor an outage', () => {
    expect(cameraState(deviceOf({ state: 'offline' }), latestOf({ value: 1 }))).toBe('maintenance');
    expect(cameraState(deviceOf({ state: 'offline' }), latestOf({ value: 0 }))).toBe('offline');
  });

  it('of unknown state is not online', () => {
    expect(cameraState(deviceOf({ state: 'unknown' }), undefined)).toBe('unknown');
    expect(cameraState(deviceOf({ state: 'suspect' }), undefined)).toBe('online');
  });
});

describe('outages', () => {
  it('are what is offline itself or hidden behind something that is', () => {
    expect(isOut(deviceOf(), 'offline')).toBe(true);
    expect(isOut(deviceOf({ parentDown: 'sw-1' }), 'unknown')).toBe(true);
    expect(isOut(deviceOf(), 'unknown')).toBe(false);
    expect(isOut(deviceOf({ parentDown: 'sw-1' }), 'maintenance')).toBe(false);
  });

  it('of one cause stand together, the largest first', () => {
    const down = (id: string, parentDown: string | null) => deviceOf({ id, parentDown });
    const groups = byParentDown([down('a', null), down('b', 's1'), down('c', 's2'), down('d', 's2')]);
    expect(groups.map(({ parent, devices }) => [parent, devices.map(({ id }) => id)])).toEqual([
      ['s2', ['c', 'd']],
      ['s1', ['b']],
      [null, ['a']],
    ]);
  });
});

describe('a value', () => {
  it('is outdated after two of its intervals', () => {
    expect(isOutdated(latestOf({ receivedAt: 0 }), 10, 20_000)).toBe(false);
    expect(isOutdated(latestOf({ receivedAt: 0 }), 10, 20_001)).toBe(true);
  });

  it('that was only replayed was never the present', () => {
    expect(isOutdated(latestOf({ receivedAt: 0, freshness: 'hint' }), 10, 1)).toBe(true);
  });
});

it('an outage began when its device was last heard, as its alert says, and a reported one when it was reported', () => {
  const device = { stateSince: 40_000, lastSeenAt: 10_000 };
  expect(outSince({ ...device, stateReason: 'silent' })).toBe(10_000);
  expect(outSince({ ...device, stateReason: 'reported' })).toBe(40_000);
  expect(outSince({ ...device, stateReason: 'silent', lastSeenAt: null })).toBe(40_000);
});
