import { describe, expect, it } from 'vitest';
import { type ColumnOptions, planColumns } from '../../src/cli/column-plan.ts';

const plan = (header: string, options: Partial<ColumnOptions> = {}) =>
  planColumns(header.split(','), { map: undefined, metric: undefined, devices: [], ...options });

describe('columns of a file', () => {
  it('reads the native header in any order', () => {
    const native = plan('value,device,ts,metric');
    const cells = ['7', 'meter-1', '0', 'power_w'];
    expect([native.ts(cells), native.values(cells), native.wide]).toEqual([
      '0',
      [{ device: 'meter-1', metric: 'power_w', value: '7' }],
      false,
    ]);
  });

  it('takes the metric of the command before a column', () => {
    expect(plan('device,ts,value', { metric: 'energy_kwh' }).values(['a', '0', '1'])).toEqual([
      { device: 'a', metric: 'energy_kwh', value: '1' },
    ]);
  });

  it('makes every other column a device', () => {
    const wide = plan('when,a,b', { map: 'ts=when,value=*', metric: 'water_m3' });
    expect(wide.values(['0', '1', '2']).map(({ device, value }) => [device, value])).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  });

  it.each<[string, Partial<ColumnOptions>, string]>([
    ['a,b', {}, 'The header has no column “ts”; it has: a, b'],
    ['device,ts,value', {}, 'The header has no column “metric”'],
    ['ts,value', { map: 'ts=ts,value=value' }, 'say what it is with --metric'],
    ['ts,value', { map: 'ts=ts,value=value', metric: 'energy_kwh' }, 'say which one device it is with --device'],
    ['ts,value', { map: 'ts=ts,value=value', metric: 'energy_kwh', devices: ['a', 'b'] }, 'say which one device it is'],
    ['ts,value', { map: 'when=ts' }, '--map is device=COLUMN'],
    ['ts,value', { map: 'ts=*,value=value' }, '--map is device=COLUMN'],
    ['ts,value', { map: 'value=value', metric: 'energy_kwh' }, '--map lacks ts=COLUMN'],
    ['ts,value', { map: 'ts=ts', metric: 'energy_kwh' }, '--map lacks value=COLUMN'],
    ['ts,value,d', { map: 'ts=ts,value=*,device=d', metric: 'energy_kwh' }, 'leave device= out'],
    ['device,metric,value,ts,value', {}, '2 columns of the header are called “value”: columns 3 and 5.'],
    ['device,metric,value,ts,ts,ts', {}, '3 columns of the header are called “ts”: columns 4, 5 and 6.'],
    ['表号,时间,读数,读数', { map: 'device=表号,ts=时间,value=读数', metric: 'water_total_m3' }, 'columns 3 and 4'],
    [
      't,a,b,a',
      { map: 'ts=t,value=*', metric: 'energy_kwh' },
      '2 columns of the header are called “a”: columns 2 and 4.',
    ],
    ['ts,value', { map: 'ts=ts,value=*', metric: 'kilowatts' }, 'There is no metric kilowatts'],
  ])('explains %s with %j', (header, options, said) => {
    expect(() => plan(header, options)).toThrow(said);
  });
});
