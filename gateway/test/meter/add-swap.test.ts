/** The order in which a register swap is written: what two people signed first, the file of devices last. */
import { expect, test } from 'vitest';
import type { SwapRequest } from '#contract/http/onboarding.ts';
import { campusFrom } from '../../src/campus-in-force.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { createMeterEntries, type MeterEntriesParts } from '../../src/meter-entries.ts';
import { manualClock } from '../../src/shared/clock.ts';
import { textsOf } from '../config/small-campus.ts';

const NOW = Date.UTC(2026, 2, 2, 8);
const FROZEN = { ok: false, status: 409, zh: '文件已被别人改过。', en: 'The file has changed.' } as const;
const REQUEST: SwapRequest = {
  metric: 'energy_total_kwh',
  ...{ at: NOW - 60_000, finalReading: 1_234, initialReading: 5 },
  ...{ doneBy: '王师傅', witness: '李老师', newSerial: 'N-2' },
};

function entries(over: Partial<MeterEntriesParts>) {
  const read = campusFrom(parseConfig(textsOf()));
  if (!read.ok) throw new Error(read.problems[0]?.message.en);
  const done: string[] = [];
  const made = createMeterEntries({
    clock: manualClock(NOW),
    store: {
      points: async () => ({ points: [], nextCursor: undefined }),
      hours: async () => ({ hours: [], steps: [] }),
    },
    records: {
      read: async () => [],
      write: async () => {
        done.push('record');
        return [{ changes: 1, lastId: 7 }];
      },
      close: async () => {},
    },
    edits: {
      setSerial: async (device, serial) => {
        done.push(device === 'meter-1' && serial === 'N-2' ? 'serial' : 'nothing');
        return { ok: true, value: {} };
      },
    },
    campus: () => read.campus,
    admit: async (readings) => {
      done.push(`${readings.length} readings`);
      return { kind: 'stored', readings: readings.length };
    },
    importReadings: async (readings) => ({ stored: readings.length, duplicates: 0 }),
    ...over,
  });
  return { made, done };
}

test('the record first, then its readings, then the serial', async () => {
  const { made, done } = entries({});
  expect(await made.addSwap('meter-1', REQUEST, 'wang')).toMatchObject({
    ok: true,
    value: { id: 7, newSerial: 'N-2' },
  });
  expect(done).toEqual(['record', '2 readings', 'serial']);
});

test('a serial that cannot be written is told, and the swap stands', async () => {
  const { made, done } = entries({ edits: { setSerial: async () => FROZEN } });
  const answer = await made.addSwap('meter-1', REQUEST, 'wang');
  expect(done).toEqual(['record', '2 readings']);
  expect(answer).toMatchObject({ ok: false, status: 409 });
  expect(answer).toMatchObject({ zh: expect.stringMatching(/换表已登记.*N-2.*文件已被别人改过/) });
  expect(answer).toMatchObject({ en: expect.stringMatching(/swap is recorded.*N-2.*The file has changed/) });
});

test('no serial is written for a swap that could not be recorded', async () => {
  const { made, done } = entries({
    records: {
      read: async () => [],
      write: () => Promise.reject(new Error('disk full')),
      close: async () => {},
    },
  });
  await expect(made.addSwap('meter-1', REQUEST, 'wang')).rejects.toThrow('disk full');
  expect(done).toEqual([]);
});
