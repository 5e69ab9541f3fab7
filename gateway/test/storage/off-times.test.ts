import { expect, test } from 'vitest';
import { openOffTimes } from '../../src/off-times.ts';
import { manualClock } from '../../src/shared/clock.ts';
import { testRecords } from '../api/test-records.ts';

const minute = 60_000;
const hour = 60 * minute;
const noon = Date.UTC(2026, 2, 2, 4);

test('before its first start the gateway saw nothing', async () => {
  const off = await openOffTimes({ records: testRecords(), clock: manualClock(noon) });
  expect(off.list()).toEqual([{ from: 0, to: noon }]);
});

test('once the demo has written its past, only what came after the first start counts', async () => {
  const records = testRecords();
  const clock = manualClock(noon);
  const first = await openOffTimes({ records, clock });
  first.pastKnown();
  expect(first.list()).toEqual([]);
  await first.alive();
  clock.set(noon + hour);
  expect((await openOffTimes({ records, clock })).list()).toEqual([{ from: noon, to: noon + hour }]);
});

test('a night in which it did not run is known after the start, and after the next one too', async () => {
  const records = testRecords();
  const clock = manualClock(noon);
  await (await openOffTimes({ records, clock })).alive();
  clock.set(noon + 10 * hour);
  const second = await openOffTimes({ records, clock });
  const never = { from: 0, to: noon };
  const night = { from: noon, to: noon + 10 * hour };
  expect(second.list()).toEqual([never, night]);
  await second.alive();
  clock.set(noon + 10 * hour + minute);
  const third = await openOffTimes({ records, clock });
  expect(third.list()).toEqual([never, night]);
  await third.alive();
  clock.set(noon + 60 * hour);
  expect((await openOffTimes({ records, clock })).list()).toEqual([
    { from: noon + 10 * hour + minute, to: noon + 60 * hour },
  ]);
});

test('a quick restart, a clock that was set back and a damaged note are no gap and no reason to fail', async () => {
  const records = testRecords();
  const clock = manualClock(noon);
  await (await openOffTimes({ records, clock })).alive();
  await records.write([{ sql: "UPDATE meta SET value = '{' WHERE key = 'off_times'" }]);
  clock.set(noon + minute);
  expect((await openOffTimes({ records, clock })).list()).toEqual([]);
  clock.set(noon - hour);
  expect((await openOffTimes({ records, clock })).list()).toEqual([]);
});

test('records from before these notes are judged by their last event', async () => {
  const records = testRecords();
  await records.write([
    { sql: 'INSERT INTO events (epoch, seq, at, body) VALUES (?, ?, ?, ?)', params: ['e', 1, noon - hour, '{}'] },
  ]);
  const off = await openOffTimes({ records, clock: manualClock(noon) });
  expect(off.list()).toEqual([{ from: noon - hour, to: noon }]);
});
