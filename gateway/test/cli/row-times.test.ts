import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRowTimes } from '../../src/cli/row-times.ts';
import { timeText } from '../../src/cli/site-times.ts';

const HALF_HOUR = 1_800_000;
const NOW = Date.parse('2026-12-01T10:00:00+08:00');

const read = (zone: string, ...texts: string[]): (string | undefined)[] => {
  const times = createRowTimes(zone, NOW);
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

  it('reads digits as what they can be, and as nothing else', () => {
    const day = '2026-02-28T16:00:00.000Z';
    expect(read('Asia/Shanghai', '20260301', '202603010000', '20260301000000', '46082')).toEqual([day, day, day, day]);
    const epochs = ['1772294400', '1772294400.0', '1772294400000', '1772294400000000', '1772294400000000000'];
    expect(read('Asia/Shanghai', ...epochs)).toEqual(epochs.map(() => day));
    expect(read('Asia/Shanghai', '46082.34375', '46082.3333333')).toEqual([
      '2026-03-01T00:15:00.000Z',
      '2026-03-01T00:00:00.000Z',
    ]);
    const no = ['0', '-1', '46', '12345', '99999', '20261301', '202603012500', '1262304', '1843000000', '9'.repeat(19)];
    expect(read('Asia/Shanghai', ...no)).toEqual(no.map(() => 'bad-time'));
  });

  it('reads the end of a day, short offsets and times as people write them in China', () => {
    const texts: Record<string, string> = {
      '2026-03-01 24:00': '2026-03-01T16:00:00.000Z',
      '2026-12-31 24:00:00': '2026-12-31T16:00:00.000Z',
      '202603012400': '2026-03-01T16:00:00.000Z',
      '2026-03-01 08:00:00+08': '2026-03-01T00:00:00.000Z',
      '2026-03-01 08:00:00.25 -03': '2026-03-01T11:00:00.250Z',
      '2026年3月1日 8:00': '2026-03-01T00:00:00.000Z',
      '2026年3月1日8时5分6秒': '2026-03-01T00:05:06.000Z',
      '2026年03月01日 星期日 8点': '2026-03-01T00:00:00.000Z',
      '2026年3月1日': '2026-02-28T16:00:00.000Z',
      '2026/3/1 下午 2:30': '2026-03-01T06:30:00.000Z',
      '2026/3/1 上午12:30': '2026-02-28T16:30:00.000Z',
      '2026/3/1 中午12:00': '2026-03-01T04:00:00.000Z',
      '2026/3/1 晚上12:00': '2026-03-01T16:00:00.000Z',
      '2026-03-01 2:30 PM': '2026-03-01T06:30:00.000Z',
      '２０２６-03-01　08：00': '2026-03-01T00:00:00.000Z',
      '2026.3.1 8:00': '2026-03-01T00:00:00.000Z',
      '20260301T080000': '2026-03-01T00:00:00.000Z',
      '20260301T080000Z': '2026-03-01T08:00:00.000Z',
      '20260301 0800': '2026-03-01T00:00:00.000Z',
      '20260301080000123': '2026-03-01T00:00:00.123Z',
    };
    expect(read('Asia/Shanghai', ...Object.keys(texts))).toEqual(Object.values(texts));
  });

  it('says of what it refuses why', () => {
    const times = createRowTimes('Asia/Shanghai', NOW);
    const why = (text: string): string => {
      const time = times.resolve('m', text);
      return time.ok ? 'read' : time.message;
    };
    expect(['', '01/03/2026 8:00', '2026-02-30', '2026-03-01 24:01', '1.77241E+12', '46'].map(why)).toEqual([
      'no time',
      '01/03/2026 8:00 may begin with the day or with the month; write 2026-03-01',
      '2026-02-30 is no date of the calendar',
      '2026-03-01 24:01 is no time of a day',
      '1.77241E+12 has lost its last digits in a spreadsheet; format the column as text',
      '46 is no time: digits are an epoch in s, ms, µs or ns of 2010 up to a year from now, or YYYYMMDD[HHMM[SS]]',
    ]);
  });

  it('refuses what is no time', () => {
    const texts = [
      '',
      'yesterday',
      '2026-02-30 00:00',
      '2026-13-01 00:00',
      '2026-03-02 24:01',
      '2026-03-02 08:60',
      '02/03/2026',
      '2026-03-01 25时',
      '2026-03-01 下午',
      '2026-03-01 08:00 +99',
      'x'.repeat(10_000),
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
    const times = createRowTimes('Europe/Lisbon', NOW);
    const [a, b] = ['a', 'b'].map((meter) => times.resolve(meter, '2017-10-29 01:00'));
    expect(a).toEqual({ ok: true, at: Date.parse('2017-10-29T00:00:00Z') });
    expect(b).toEqual(a);
  });

  it('rejects a local time that the clocks skip, and says why', () => {
    expect(
      read('Australia/Melbourne', '2019-10-06 01:59', '2019-10-06 02:00', '2019-10-06 02:59', '2019-10-06 03:00'),
    ).toEqual(['2019-10-05T15:59:00.000Z', 'no-such-local-time', 'no-such-local-time', '2019-10-05T16:00:00.000Z']);
    expect(createRowTimes('Australia/Melbourne', NOW).resolve('m', '2019-10-06 02:00')).toMatchObject({
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
        const times = createRowTimes(name, NOW);
        const text = timeText(name);
        for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += HALF_HOUR) {
          expect(times.resolve('m', text(at))).toEqual({ ok: true, at });
        }
      }),
      { numRuns: 4, verbose: 1 },
    );
  });
});
