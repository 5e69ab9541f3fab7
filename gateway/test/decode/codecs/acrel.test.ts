/** Acrel's messages as they vary from model to model: nothing vanishes, and nothing doubtful is booked. */
import { expect, test } from 'vitest';
import { campusDecoder, ENDLESS, frame } from '../campus.ts';

const meter = { kind: 'electricity-meter', profile: 'acrel' };
const ADW = '/gw/acrelHW/ADW300/data/SN1';
const AWT = '/gw/acrelHW/AWT100/data/gateway';
const EIOT = 'data/up/p/gateway';
const TP = Date.parse('2026-03-02T08:00:00+08:00');

function said(topic: string, payload: unknown) {
  const decoder = campusDecoder(
    [
      { ...meter, id: 'm1', address: 'SN1' },
      { ...meter, id: 'm2', address: 'SN2/ch1' },
      { ...meter, id: 'm3', address: '0_24' },
    ],
    undefined,
    ENDLESS,
  );
  const { readings, quarantine, unread = [] } = decoder.decode(frame(topic, payload));
  return {
    readings: readings.map(({ device, metric, value }) => [device, metric, value]),
    told: quarantine.map(({ reason, detail }) => `${reason} ${detail}`),
    unread: unread.flatMap(({ members }) => members.map(({ name }) => name)),
  };
}

const points = (...point: readonly unknown[]) => ({ data: [{ tp: TP, point }] });

test('item numbers may be texts', () => {
  const { readings } = said(ADW, points({ id: '26', val: 345.5 }, { id: '28', val: 1.5 }, { id: '35', val: 1 }));
  expect(readings).toEqual(
    said(ADW, points({ id: 26, val: 345.5 }, { id: 28, val: 1.5 }, { id: 35, val: 1 })).readings,
  );
  expect(readings).not.toEqual([]);
});

test.each([
  ['in one list', points({ id: 28, val: 1 }, { id: '28', val: 2 }, { id: 1, val: 220 })],
  [
    'in two entries of one instant',
    {
      data: [
        {
          tp: TP,
          point: [
            { id: 28, val: 1 },
            { id: 1, val: 220 },
          ],
        },
        { tp: TP, point: [{ id: 28, val: 2 }] },
      ],
    },
  ],
])('an item with two values at once is told and not booked: %s', (_, payload) => {
  const { readings, told } = said(ADW, payload);
  expect(readings).toEqual([['m1', 'voltage_v_l1', 220]]);
  expect(told).toEqual([expect.stringMatching(/^bad-value .*28/)]);
});

test('an item that is said twice with the same value is one', () => {
  expect(said(ADW, points({ id: 28, val: 1 }, { id: 28, val: 1 }))).toMatchObject({
    readings: [['m1', 'energy_total_kwh', 1]],
    told: [],
  });
});

test('values under their names in the place of the list are listed', () => {
  expect(said(ADW, { data: { EPI: 5 } }).unread).toEqual(['data.EPI']);
});

const values = { EPI: 7, Ia: 2, Ua: 220 };

test.each([
  [
    'report',
    { method: 'report', reported: { meters: [{ addr: '0_24', state: 'ONLINE', ct: 1, PT: '1.0', ...values }] } },
  ],
  ['update', { method: 'update', reported: { '0_24': { state: 'ONLINE', ct: 1, ...values } } }],
  ['update without a state', { method: 'update', reported: { '0_24': values, gateway: { rssi: -60 } } }],
  ['history', { method: 'report', reported: { source: 'HISTORY', meters: [{ addr: '0_24', ct: 1, ...values }] } }],
])('EIOT %s: a ratio of 1 is none', (_, message) => {
  const { readings, told } = said(EIOT, { timestamp: TP / 1000, ...message });
  expect(readings).toEqual(
    expect.arrayContaining([
      ['m3', 'energy_total_kwh', 7],
      ['m3', 'current_a_l1', 2],
      ['m3', 'voltage_v_l1', 220],
    ]),
  );
  expect(told).toEqual([]);
});

test.each(['ct', 'CT', 'Ct'])('a ratio is a ratio however it is written: %s', (ct) => {
  for (const [topic, message] of [
    [AWT, { meterSN: 'SN1', [ct]: 40, ...values }],
    [EIOT, { method: 'report', timestamp: TP / 1000, reported: { meters: [{ addr: '0_24', [ct]: 40, ...values }] } }],
  ] as const) {
    const { readings, unread } = said(topic, message);
    expect(readings.map(([, metric]) => metric)).toEqual(['voltage_v_l1']);
    expect(unread).toEqual(expect.arrayContaining(['EPI', 'Ia']));
  }
});

test.each(['missing', 'offline', 'OFFLINE'])('a meter that is %s has said nothing, whatever stands there', (status) => {
  for (const [topic, who] of [
    [AWT, { meterSN: 'SN1', ch: 0 }],
    [AWT, { meterSN: 'SN2', ch: 1 }],
    [ADW, {}],
    ['/gw/acrelHW/AWT100/hstdata/gateway', { meterSN: 'SN1' }],
  ] as const) {
    const { readings, told } = said(topic, { ...who, meterStatus: status, EPI: 0, ua: 0 });
    expect(readings).toEqual([]);
    expect(told).toEqual([`bad-value meterStatus: ${status}`]);
  }
});

test.each(['OFFLINE', 'offline'])('EIOT: a meter that is %s books no zeros', (state) => {
  for (const message of [
    { method: 'report', reported: { meters: [{ addr: '0_24', state, EPI: 0, Ua: 0 }] } },
    { method: 'report', reported: { source: 'HISTORY', meters: [{ addr: '0_24', state, EPI: 0, Ua: 0 }] } },
    { method: 'update', reported: { '0_24': { state, EPI: 0, Ua: 0 } } },
  ])
    expect(
      said(EIOT, { timestamp: TP / 1000, ...message }).readings.filter(([, metric]) => metric !== 'online'),
    ).toEqual([]);
});
