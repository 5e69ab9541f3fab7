import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLedger } from '../ledger/ledger.ts';
import { createSampleRing } from '../ledger/sample-ring.ts';
import { createLineWriter } from '../line-writer.ts';
import { createCampusTruth } from '../signals/campus-truth.ts';
import { createOverlays } from '../signals/overlays.ts';
import { smallCampus } from './small-campus.ts';

test('a series remembers its last samples and says when a window reaches further back', () => {
  const ring = createSampleRing(4);
  for (let i = 1; i <= 6; i += 1) ring.add(i * 10, i, i % 2 === 0);
  expect(ring.between(30, 100)).toEqual({ published: 2, lost: 2, first: 4, last: 6, complete: true });
  expect(ring.between(20, 100)).toMatchObject({ published: 2, complete: false });
  expect(ring.between(1_000, 2_000)).toEqual({ published: 0, lost: 0, first: null, last: null, complete: true });
});

test('stories that repeat for a year lose no energy when the oldest are summed up', () => {
  const overlays = createOverlays();
  const hour = 3_600_000;
  for (let i = 0; i < 20_000; i += 1) overlays.add('room', i * hour, (i + 0.5) * hour, 2_000);
  expect(overlays.total('room', 20_000 * hour)).toBeCloseTo(20_000, 6);
  expect(overlays.rate('room', 19_999.25 * hour)).toBe(2_000);
});

test('the ledger prints values or events or nothing, and counts in any case', () => {
  const lines: Record<string, string[]> = { all: [], events: [], none: [] };
  const truth = createCampusTruth(smallCampus(), 1);
  for (const detail of ['all', 'events', 'none'] as const) {
    const ledger = createLedger(truth, detail, (line) => lines[detail]?.push(line));
    const entry = {
      device: 'rack',
      at: 5,
      ts: 7,
      truth: { power_w: 1 },
      sent: { power_w: 2 },
      published: true,
      fault: 'drift',
      quiet: false,
    };
    ledger.record(entry);
    ledger.record({ ...entry, at: 6, published: false, quiet: true });
    ledger.event('stopped', 9, { why: 'test' });
    expect(ledger.counts()).toEqual({ published: 1, lost: 1 });
  }
  const value =
    '{"at":5,"device":"rack","metric":"power_w","value":1,"sent":2,"ts":7,"published":true,"fault":"drift"}';
  const event = '{"at":9,"event":"stopped","why":"test"}';
  expect(lines).toEqual({ all: [value, event], events: [event], none: [] });
});

test('a reader that does not read costs a mebibyte, not the memory of the machine', async () => {
  const release: (() => void)[] = [];
  const slow = new Writable({ write: (_chunk, _encoding, done) => void release.push(done) });
  const writer = createLineWriter(slow, () => undefined);
  const line = 'x'.repeat(1_000);
  let taken = 0;
  for (let i = 0; i < 5_000; i += 1) taken += writer.write(line) ? 1 : 0;
  expect(taken).toBeLessThan(1_100);
  expect(writer.dropped()).toBe(5_000 - taken);
  expect(slow.writableLength).toBeLessThan(1_100_000);
  slow.destroy();
});

test('a reader that went away is noticed once', () => {
  let gone = 0;
  const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
  const writer = createLineWriter(broken, () => {
    gone += 1;
  });
  writer.write('first');
  return new Promise<void>((resolve) => {
    setImmediate(() => {
      expect(gone).toBe(1);
      expect(writer.write('second')).toBe(false);
      resolve();
    });
  });
});
