import { describe, expect, test } from 'vitest';
import { createDeviceTracker } from '../../src/live/device-tracker.ts';
import { smallCampus } from '../small-campus.ts';

const T = Date.UTC(2026, 2, 2, 0, 0, 0);
const s = (seconds: number): number => T + seconds * 1_000;
const SW = ['sw', ...Array.from({ length: 8 }, (_, n) => `cam-sw-${n + 1}`)];
const MUTE = Array.from({ length: 5 }, (_, n) => `cam-mute-${n + 1}`);

function tracker() {
  return createDeviceTracker(smallCampus(), new Map(), T);
}

describe('silence', () => {
  test('online until 1.5 intervals, then suspect, offline after 3', () => {
    const devices = tracker();
    devices.heard('door', s(0));
    devices.advance(s(90));
    expect(devices.status('door')).toMatchObject({ state: 'online', reason: 'reported', since: T });
    devices.advance(s(91));
    expect(devices.status('door')).toMatchObject({ state: 'suspect', reason: 'silent', since: s(91) });
    devices.advance(s(180));
    expect(devices.status('door')?.state).toBe('suspect');
    devices.advance(s(181));
    expect(devices.status('door')).toMatchObject({ state: 'offline', reason: 'silent' });
    devices.heard('door', s(200));
    expect(devices.status('door')).toMatchObject({ state: 'online', since: s(200), lastSeenAt: s(200) });
  });

  test('a retired device is expected no more and explains nothing; in use again it begins anew', () => {
    const devices = tracker();
    for (const id of SW) devices.heard(id, s(0));
    devices.reload(smallCampus(['sw']), s(1));
    devices.heard('sw', s(2));
    devices.reportedOff('sw', s(2), false);
    devices.advance(s(4_000));
    expect(devices.status('sw')).toMatchObject({
      state: 'unknown',
      reason: 'retired',
      lastSeenAt: s(0),
      parentDown: null,
    });
    expect(devices.status('cam-sw-1')).toMatchObject({ state: 'offline', parentDown: null });
    expect(devices.rootOf('cam-sw-1')).toEqual({ cause: 'cam-sw-1', probable: false });
    devices.reload(smallCampus(), s(5_000));
    expect(devices.status('sw')).toMatchObject({ state: 'unknown', reason: 'awaited', lastSeenAt: s(0) });
    devices.heard('sw', s(5_001));
    expect(devices.status('sw')).toMatchObject({ state: 'online' });
  });

  test('a device whose history was taken in, and which was not heard yet, is awaited', () => {
    const devices = tracker();
    devices.takeChanges();
    devices.readAt('door', s(-600));
    expect(devices.takeChanges()).toMatchObject([{ device: 'door', state: 'unknown', reason: 'awaited' }]);
    expect(devices.status('door')).toMatchObject({ lastSeenAt: null, lastReadingAt: s(-600) });
    const known = new Map([['door', { lastSeenAt: null, lastReadingAt: s(-600) }]]);
    expect(createDeviceTracker(smallCampus(), known, T).status('door')?.reason).toBe('awaited');
    devices.heard('door', s(1));
    expect(devices.status('door')).toMatchObject({ state: 'online', reason: 'reported' });
  });

  test('a device that was never seen stays unknown, however long', () => {
    const devices = tracker();
    devices.advance(s(86_400));
    expect(devices.status('door')).toMatchObject({ state: 'unknown', reason: 'never-seen', lastSeenAt: null });
  });

  test('a will raises suspicion and never makes a device offline by itself', () => {
    const devices = tracker();
    devices.heard('door', s(0));
    devices.reportedOff('door', s(5), true);
    expect(devices.status('door')).toMatchObject({ state: 'suspect', reason: 'will' });
    devices.heard('door', s(6));
    expect(devices.status('door')?.state).toBe('online');
    devices.reportedOff('door', s(7), false);
    expect(devices.status('door')).toMatchObject({ state: 'offline', reason: 'reported' });
  });
});

describe('what is not an outage', () => {
  test('a restart: unknown, then online when heard, offline only after the grace', () => {
    const seen = new Map([
      ['door', { lastSeenAt: s(-3_600), lastReadingAt: null }],
      ['sw', { lastSeenAt: s(-3_600), lastReadingAt: null }],
    ]);
    const devices = createDeviceTracker(smallCampus(), seen, T);
    devices.restart(T, 'gateway-start');
    devices.advance(s(179));
    expect(devices.status('door')).toMatchObject({ state: 'unknown', reason: 'gateway-start', lastSeenAt: s(-3_600) });
    expect(devices.status('sw')?.state).toBe('offline');
    devices.heard('door', s(179.5));
    expect(devices.status('door')?.state).toBe('online');
  });

  test('a store that cannot commit: everything unknown, back as it was when it commits again', () => {
    const devices = tracker();
    devices.heard('door', s(0));
    devices.storeDown(true, s(1));
    devices.heard('door', s(2));
    expect(devices.status('door')).toMatchObject({ state: 'unknown', reason: 'store-down', lastSeenAt: s(2) });
    devices.storeDown(false, s(3));
    expect(devices.status('door')?.state).toBe('online');
  });
});

describe('parents', () => {
  test('a dead switch hides its cameras: unknown with the parent named, not offline', () => {
    const devices = tracker();
    for (const id of SW) devices.heard(id, s(0));
    for (const id of SW.slice(1)) devices.heard(id, s(10));
    devices.advance(s(31));
    expect(devices.status('sw')?.state).toBe('offline');
    devices.advance(s(50));
    for (const id of SW.slice(1)) {
      expect(devices.status(id)).toMatchObject({ state: 'unknown', reason: 'parent-down', parentDown: 'sw' });
      expect(devices.rootOf(id)).toEqual({ cause: 'sw', probable: false });
    }
    expect(devices.hiddenBehind('sw')).toEqual(SW.slice(1));
    devices.takeChanges();
    devices.heard('sw', s(60));
    expect(new Set(devices.takeChanges().map((status) => status.device))).toEqual(new Set(SW));
    expect(devices.status('cam-sw-1')).toMatchObject({ state: 'offline', parentDown: null });
  });

  test('one dead camera is its own cause', () => {
    const devices = tracker();
    for (const id of SW) devices.heard(id, s(0));
    for (let at = 10; at <= 60; at += 10) {
      for (const id of SW) if (id !== 'cam-sw-3') devices.heard(id, s(at));
      devices.advance(s(at));
    }
    expect(devices.status('cam-sw-3')?.state).toBe('offline');
    expect(devices.rootOf('cam-sw-3')).toEqual({ cause: 'cam-sw-3', probable: false });
  });

  test('a parent without a heartbeat is the probable cause once 3 and 60 % of its children are silent', () => {
    const devices = tracker();
    for (const id of MUTE) devices.heard(id, s(0));
    for (const id of MUTE.slice(2)) devices.heard(id, s(20));
    devices.advance(s(34));
    expect(devices.rootOf('cam-mute-1')).toEqual({ cause: 'cam-mute-1', probable: false });
    devices.advance(s(36));
    expect(devices.rootOf('cam-mute-1')).toEqual({ cause: 'mute', probable: true });
    expect(devices.status('cam-mute-1')).toMatchObject({ state: 'unknown', parentDown: 'mute' });
    for (const id of MUTE) devices.heard(id, s(40));
    expect(devices.status('cam-mute-1')).toMatchObject({ state: 'online', parentDown: null });
  });

  test('children that died one by one have no common cause', () => {
    const devices = tracker();
    for (const [n, id] of MUTE.entries()) devices.heard(id, s(100 * n));
    devices.advance(s(900));
    expect(devices.rootOf('cam-mute-1')).toEqual({ cause: 'cam-mute-1', probable: false });
    expect(devices.status('cam-mute-1')).toMatchObject({ state: 'offline', parentDown: null });
  });
});

test('a store that was down for long: silence counts from when it commits again', () => {
  const devices = tracker();
  devices.heard('sw', s(0));
  devices.heard('cam-mute-1', s(0));
  devices.advance(s(40));
  devices.heard('sw', s(41));
  devices.storeDown(true, s(42));
  devices.advance(s(400));
  devices.storeDown(false, s(401));
  expect(devices.status('sw')).toMatchObject({ state: 'online' });
  expect(devices.status('cam-mute-1')).toMatchObject({ state: 'offline' });
  devices.advance(s(460));
  expect(devices.status('sw')?.state).toBe('online');
  devices.advance(s(462));
  expect(devices.status('sw')?.state).toBe('offline');
});
