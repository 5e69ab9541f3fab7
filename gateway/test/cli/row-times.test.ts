import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRowTimes } from '../../src/cli/row-times.ts';
import { timeText } from '../../src/cli/site-times.ts';

const HALF_HOUR = 1_800_000;

const read = (zone: string, ...texts: string[]): (string | undefined)[] => {
  const times = createRowTimes(zone);
  return texts.map((text) => {
    const time = times.resolve('meter', text);
    return time.ok ? new Date(time.at).toISOString() : time.reason;
  });
};

describe('times of rows', () => {
  it('reads epoch ms, ISO with offset, and local times in several hands', () => {
    const same = '2026-03-02T00:00:00.000Z';
    const texts = [
      '1772409600000',
      '2026-03-02T08:00:00+08:00',
      '2026-03-02T00:00Z',
      '2026-03-02 08:00',
      '2026-03-02T08:00:00',
      '2026/3/2 8:00',
      ' 2026-03-02 08:00:00.000 ',
    ];
    expect(read('Asia/Shanghai', ...texts)).toEqual(texts.map(() => same));
    expect(read('Asia/Shanghai', '2026-03-02')).toEqual(['2026-03-01T16:00:00.000Z']);
  });

  it('refuses what is no time, and seconds that pose as milliseconds', () => {
    const texts = [
      '',
      'yesterday',
      '2026-02-30 00:00',
      '2026-13-01 00:00',
      '2026-03-02 24:00',
      '2026-03-02 08:60',
      '1772409600',
      '02/03/2026',
    ];
    expect(read('UTC', ...texts)).toEqual(texts.map(() => 'bad-time'));
  });

  it('takes the first row of a repeated hour as the earlier instant, the second as the later', () => {
    expect(
      read(
        'Europe/London',
        '2023-10-29 00:30',
        '2023-10-29 01:00',
        '2023-10-29 01:30',
        '2023-10-29 01:00',
        '2023-10-29 01:30',
        '2023-10-29 02:00',
      ),
    ).toEqual([
      '2023-10-28T23:30:00.000Z',
      '2023-10-29T00:00:00.000Z',
      '2023-10-29T00:30:00.000Z',
      '2023-10-29T01:00:00.000Z',
      '2023-10-29T01:30:00.000Z',
      '2023-10-29T02:00:00.000Z',
    ]);
    expect(read('America/Los_Angeles', '2018-11-04 01:00', '2018-11-04 02:00')).toEqual([
      '2018-11-04T08:00:00.000Z',
      '2018-11-04T10:00:00.000Z',
    ]);
  });

  it('keeps the repeated hours of different meters apart', () => {
    const times = createRowTimes('Europe/Lisbon');
    const [a, b] = ['a', 'b'].map((meter) => times.resolve(meter, '2017-10-29 01:00'));
    expect(a).toEqual({ ok: true, at: Date.parse('2017-10-29T00:00:00Z') });
    expect(b).toEqual(a);
  });

  it('rejects a local time that the clocks skip, and says why', () => {
    expect(
      read('Australia/Melbourne', '2019-10-06 01:59', '2019-10-06 02:00', '2019-10-06 02:59', '2019-10-06 03:00'),
    ).toEqual(['2019-10-05T15:59:00.000Z', 'no-such-local-time', 'no-such-local-time', '2019-10-05T16:00:00.000Z']);
    expect(createRowTimes('Australia/Melbourne').resolve('m', '2019-10-06 02:00')).toMatchObject({
      message: '2019-10-06 02:00 does not exist in Australia/Melbourne: the clocks go forward over it',
    });
  });

  it('gives back every half hour of a year written in local time, in zones with steps of 60 and 30 minutes', () => {
    const zone = fc.constantFrom(
      'Europe/London',
      'America/Los_Angeles',
      'Australia/Melbourne',
      'Australia/Lord_Howe',
      'Asia/Shanghai',
      'Asia/Kathmandu',
      'America/Sao_Paulo',
    );
    fc.assert(
      fc.property(zone, fc.integer({ min: 2015, max: 2026 }), (name, year) => {
        const times = createRowTimes(name);
        const text = timeText(name);
        for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += HALF_HOUR) {
          expect(times.resolve('m', text(at))).toEqual({ ok: true, at });
        }
      }),
      { numRuns: 4, verbose: 1 },
    );
  });
});
