import { describe, expect, it } from 'vitest';
import { createDeviceTracker } from '../../src/live/device-tracker.ts';
import { createOwnNetwork, type Outcome } from '../../src/probe/own-network.ts';
import { smallCampus } from '../small-campus.ts';

const outcome = (n: number, how: 'answers' | 'silent' | 'unreachable'): Outcome => ({
  ...{ device: `cam-${n}`, host: `10.0.0.${n}`, heard: how === 'answers', unreachable: how === 'unreachable' },
});
const names = (believed: readonly Outcome[]): string[] => believed.map(({ device }) => device);

describe('is it the camera or is it us', () => {
  it('believes what answered, or refused, at once', () => {
    const network = createOwnNetwork();
    expect(network.note(outcome(1, 'answers'), 10)).toEqual({ believed: [outcome(1, 'answers')] });
  });

  it('believes that a camera is gone when another was heard after it', () => {
    const network = createOwnNetwork();
    network.note(outcome(2, 'answers'), 10);
    expect(network.note(outcome(1, 'unreachable'), 10).believed).toEqual([]);
    expect(names(network.note(outcome(2, 'answers'), 10).believed)).toEqual(['cam-1', 'cam-2']);
  });

  it('says nothing of any camera, and that it is blind, when the network has no way to any', () => {
    const network = createOwnNetwork();
    const news = Array.from({ length: 500 }, (_, n) => network.note(outcome(n, 'unreachable'), 500));
    expect(news.flatMap(({ believed }) => believed)).toEqual([]);
    expect(news.filter(({ blind }) => blind === true)).toHaveLength(1);
    expect(news.findIndex(({ blind }) => blind === true)).toBeLessThan(20);
    expect(network.isBlind()).toBe(true);
  });

  it('sees again with the first that answers, and believes no older failure', () => {
    const network = createOwnNetwork();
    for (let n = 0; n < 20; n += 1) network.note(outcome(n, 'unreachable'), 500);
    const news = network.note(outcome(7, 'answers'), 500);
    expect(news).toEqual({ believed: [outcome(7, 'answers')], blind: false });
    expect(network.note(outcome(8, 'answers'), 500)).toEqual({ believed: [outcome(8, 'answers')] });
  });

  it('is blind too when five hundred say nothing, one after the other', () => {
    const network = createOwnNetwork();
    const news = Array.from({ length: 16 }, (_, n) => network.note(outcome(n, 'silent'), 500));
    expect(news.at(-1)).toEqual({ believed: [], blind: true });
  });

  it('believes that all of a few are gone when the network does not say that the way is cut', () => {
    const network = createOwnNetwork();
    network.note(outcome(1, 'silent'), 3);
    network.note(outcome(2, 'silent'), 3);
    expect(names(network.note(outcome(3, 'silent'), 3).believed)).toEqual(['cam-1', 'cam-2', 'cam-3']);
  });

  it('has no witness with one device, and believes it', () => {
    expect(names(createOwnNetwork().note(outcome(1, 'unreachable'), 1).believed)).toEqual(['cam-1']);
  });

  it('counts devices behind one address once', () => {
    const network = createOwnNetwork();
    for (let n = 0; n < 30; n += 1)
      expect(network.note({ ...outcome(n, 'unreachable'), host: '10.0.0.1' }, 5)).toEqual({ believed: [] });
  });

  it('forgets what waited when the device is asked otherwise', () => {
    const network = createOwnNetwork();
    network.note(outcome(1, 'silent'), 5);
    network.forget('cam-1');
    expect(names(network.note(outcome(2, 'answers'), 5).believed)).toEqual(['cam-2']);
  });
});

describe('devices while the gateway is blind', () => {
  const cameras = Array.from({ length: 8 }, (_, n) => `cam-sw-${n + 1}`);
  const seen = () => {
    const tracker = createDeviceTracker(smallCampus(), new Map(), 0);
    for (const camera of cameras) tracker.heard(camera, 1_000);
    return tracker;
  };
  const states = (tracker: ReturnType<typeof seen>) => cameras.map((camera) => tracker.status(camera)?.state);

  it('are unknown, however long it lasts, and never offline', () => {
    const tracker = seen();
    tracker.blind(cameras, true, 20_000);
    tracker.advance(3_600_000);
    expect(new Set(states(tracker))).toEqual(new Set(['unknown']));
    expect(tracker.status('cam-sw-1')?.reason).toBe('network-down');
  });

  it('get their grace afterwards; who stays silent is offline then', () => {
    const tracker = seen();
    tracker.blind(cameras, true, 20_000);
    tracker.blind(cameras, false, 600_000);
    tracker.heard('cam-sw-1', 640_000);
    tracker.advance(650_000);
    expect(cameras.filter((camera) => tracker.isOut(camera))).toEqual([]);
    tracker.heard('cam-sw-1', 661_000);
    tracker.advance(662_000);
    expect(cameras.filter((camera) => tracker.isOut(camera))).toEqual(cameras.slice(1));
  });

  it('stay offline when they were so before, and online when they are heard in another way', () => {
    const tracker = seen();
    tracker.reportedOff('cam-sw-2', 2_000, false);
    tracker.blind(cameras, true, 3_000);
    tracker.heard('cam-sw-1', 4_000);
    expect(states(tracker).slice(0, 3)).toEqual(['online', 'offline', 'unknown']);
  });

  it('under maintenance stay so', () => {
    const tracker = seen();
    tracker.maintenance('cam-sw-1', true, 2_000);
    tracker.blind(cameras, true, 3_000);
    expect(tracker.status('cam-sw-1')?.reason).toBe('maintenance');
  });
});
