/** The course of probes, with answers by hand. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DeviceConfig, device as deviceSchema } from '#contract/config/devices.ts';
import type { ProbeVerdict } from '../../src/probe/probe-device.ts';
import { type ProbeResult, type Probes, probeEveryS, runProbes } from '../../src/probe/run-probes.ts';

const camera = (n: number, probe: object = {}, more: object = {}): DeviceConfig =>
  deviceSchema.parse({
    ...{ id: `cam-${n}`, name: '摄像头', kind: 'camera', place: 'gate', ...more },
    probe: { host: `10.0.0.${n}`, onvif: true, everyS: 10, ...probe },
  });
const verdict = (how: 'there' | 'refuses' | 'unreachable'): ProbeVerdict => ({
  ...{ online: how === 'there', heard: how !== 'unreachable', unreachable: how === 'unreachable' },
  ...{ clockSkewS: undefined, evidence: { zh: how, en: how } },
});

describe('probes', () => {
  let probes: Probes;
  let asked: string[];
  let results: ProbeResult[];
  let blind: boolean[];
  let how: (host: string) => Promise<ProbeVerdict> | ProbeVerdict;
  beforeEach(() => {
    vi.useFakeTimers();
    asked = [];
    results = [];
    blind = [];
    how = () => verdict('there');
    probes = runProbes({
      now: Date.now,
      monotonic: () => performance.now(),
      ask: async ({ host }) => {
        asked.push(host);
        return how(host);
      },
      onNews: (news) => {
        results.push(...news.believed);
        if (news.blind !== undefined) blind.push(news.blind);
      },
    });
  });
  afterEach(() => {
    probes.close();
    vi.useRealTimers();
  });
  const said = (): string[] => results.map(({ device, online }) => `${device} ${online ? 'there' : 'away'}`);

  it('one failure is no outage: only the second within the round is told', async () => {
    let times = 0;
    how = () => {
      times += 1;
      return verdict(times === 1 ? 'refuses' : 'there');
    };
    probes.set([camera(1)]);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(asked).toHaveLength(2);
    expect(said()).toEqual(['cam-1 there']);
    how = () => verdict('refuses');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(said()).toEqual(['cam-1 there', 'cam-1 away']);
    expect(asked).toHaveLength(4);
  });

  it('with the cable of the gateway out nobody is away; with it in again everybody is there', async () => {
    probes.set(Array.from({ length: 100 }, (_, n) => camera(n)));
    await vi.advanceTimersByTimeAsync(20_000);
    results = [];
    how = () => verdict('unreachable');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said()).toEqual([]);
    expect(blind).toEqual([true]);
    expect(probes.figures().blind).toBe(true);
    how = () => verdict('there');
    await vi.advanceTimersByTimeAsync(11_000);
    expect(blind).toEqual([true, false]);
    expect(said().filter((one) => one.endsWith('away'))).toEqual([]);
    expect(new Set(results.map(({ device }) => device)).size).toBe(100);
  });

  it('is no longer blind when there is nobody left to look for', async () => {
    how = () => verdict('unreachable');
    probes.set([camera(1), camera(2)]);
    await vi.advanceTimersByTimeAsync(25_000);
    expect(blind).toEqual([true]);
    probes.set([]);
    expect(blind).toEqual([true, false]);
  });

  it('ten of a hundred behind a dead switch are away, the others are not', async () => {
    how = (host) => verdict(Number(host.split('.')[3]) < 10 ? 'unreachable' : 'there');
    probes.set(Array.from({ length: 100 }, (_, n) => camera(n)));
    await vi.advanceTimersByTimeAsync(15_000);
    const away = new Set(results.filter(({ online }) => !online).map(({ device }) => device));
    expect(away.size).toBe(10);
    expect(blind).toEqual([]);
  });

  it('says nothing of a device that was taken out, or is asked elsewhere, while it was asked', async () => {
    let answer: (given: ProbeVerdict) => void = () => {};
    how = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    probes.set([camera(1)]);
    await vi.advanceTimersByTimeAsync(10);
    probes.set([camera(1, { onvif: { port: 8_080 } })]);
    answer(verdict('there'));
    await vi.advanceTimersByTimeAsync(10);
    expect(said()).toEqual([]);
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  it('goes on asking when the clock is put back by hours', async () => {
    probes.set([camera(1), camera(2)]);
    await vi.advanceTimersByTimeAsync(15_000);
    vi.setSystemTime(Date.now() - 8 * 3_600_000);
    asked = [];
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked.length).toBeGreaterThanOrEqual(10);
  });

  it('asks nobody any more after the end', async () => {
    probes.set([camera(1)]);
    await vi.advanceTimersByTimeAsync(1_000);
    probes.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(1);
  });
});

describe('how often', () => {
  it.each([
    ['every 30 s where nothing is said', {}, {}, 30],
    ['as often as its silence is judged by', {}, { intervalS: 10 }, 10],
    ['as is said', { everyS: 120 }, { intervalS: 10 }, 120],
    ['not more than once a second', {}, { intervalS: 0.5 }, 1],
  ])('%s', (_what, probe, more, everyS) => {
    const device = deviceSchema.parse({
      ...{ id: 'cam', name: '摄像头', kind: 'camera', place: 'gate', ...more },
      probe: { host: '10.0.0.1', rtsp: true, ...probe },
    });
    expect(probeEveryS(device)).toBe(everyS);
  });
});
