/** Answers of the wizard and of entries at the meter, one of each shape. */
import type { MeterEntryDeps, OnboardingDeps } from '../../src/api/api-deps.ts';

const AT = Date.UTC(2026, 2, 2, 2);
const PAYLOAD = { at: AT, bytes: 12, text: '{"power": 5}', hex: null, truncated: false };
const NOWHERE = { ok: false, status: 404, zh: '没有。', en: 'There is none.' } as const;

export function fakeOnboarding(): OnboardingDeps {
  return {
    topics: () => [
      {
        ...{ topic: 'x/y', reason: 'unknown-topic', detail: 'no profile', profile: null, address: null, clientId: 'c' },
        ...{ count: 2, firstAt: AT, lastAt: AT, latest: PAYLOAD, kept: 1 },
      },
    ],
    frames: (_, limit) => [PAYLOAD].slice(0, limit),
    fields: async (topic) =>
      topic === 'x/y'
        ? {
            ok: true,
            value: {
              ...{ decode: 'json', times: [], levels: ['x', 'y'], deviceLevel: 1, kind: 'sensor', profiles: [] },
              fields: [{ path: 'power', sample: 5, metric: 'power_w', scale: null, map: null, note: null }],
            },
          }
        : NOWHERE,
    announced: () => [
      {
        ...{ profile: 'zigbee2mqtt', address: 'door', name: 'door', kind: 'door' },
        ...{ manufacturer: null, model: 'M1', lastAt: AT },
      },
    ],
    unread: async (device) =>
      device === 'door-1'
        ? {
            ok: true,
            value: {
              unseen: [{ path: 'Swtch2', near: ['Switch2'] }],
              items: [
                {
                  ...{
                    path: 'Switch2',
                    sample: 'ON',
                    metric: 'door_open',
                    scale: null,
                    map: { ON: 1, OFF: 0 },
                    note: null,
                    tooLong: false,
                  },
                  ...{ topic: 'tele/d/SENSOR', at: AT },
                },
              ],
            },
          }
        : NOWHERE,
    unreadDevices: () => [{ device: 'door-1', members: 1, lastAt: AT }],
    setFields: async (_, { fields }) => ({ ok: true, value: { saved: Object.keys(fields).length } }),
    preview: async () => ({ ok: true, value: { yaml: null, problems: [], doubts: [], rows: [] } }),
    onboard: async ({ device }) => ({ ok: true, value: { device: device.id, profile: device.profile, recovered: 3 } }),
    importRows: async (rows) => ({
      ok: true,
      value: { added: 0, rows: rows.map(({ line }) => ({ line, device: null, errors: [] })) },
    }),
    enableProfile: async () => ({ ok: false, status: 409, zh: '没有停用。', en: 'It is not switched off.' }),
  };
}

export function fakeMeterEntries(): MeterEntryDeps {
  return {
    swaps: async () => ({ ok: true, value: [] }),
    addSwap: async (device, { newSerial = null, note = null, ...request }, who) => ({
      ok: true,
      value: { id: 1, device, ...request, note, newSerial, recordedAt: AT, recordedBy: who },
    }),
    addReading: async () => ({
      ok: true,
      value: {
        stored: true,
        check: {
          ...{ verdict: 'first', previous: null, increase: null, perDay: null, usualPerDay: null },
          sentence: { zh: '第一个读数。', en: 'The first reading.' },
        },
      },
    }),
  };
}
