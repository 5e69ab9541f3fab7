import { describe, expect, it } from 'vitest';
import type { MessageFields } from '#contract/http/onboarding.ts';
import { ApiError } from '../../api/http.ts';
import { deviceProblems, refusedFields } from './device-fields.ts';
import {
  deviceEntryOf,
  emptyDraft,
  type FilledDevice,
  freeId,
  profileDraftOf,
  proposedId,
  proposedInterval,
  proposedProfileId,
  slugOf,
} from './onboard-draft.ts';
import { onboardDeviceText } from './onboarding.text.ts';
import { placeOptions } from './place-options.ts';

const none = new Set<string>();
const filled: FilledDevice = {
  ...{ name: ' 电表 ', id: 'meter-9', kind: 'electricity-meter', place: 'room-101', custodian: '', intervalS: '60' },
  ...{ digits: '6', ct: '80', pt: '1', tags: '', dependsOn: '', profileName: 'p' },
};

describe('names', () => {
  it('become ids; what leaves nothing takes the word of its kind', () => {
    expect(slugOf('  TH_07/Büro ')).toBe('th-07-bu-ro');
    expect(slugOf('图书馆')).toBe('');
    expect(proposedId({ address: 'TH-07', name: '', kind: 'sensor' }, none)).toBe('th-07');
    expect(proposedId({ address: '图书馆', name: '', kind: 'door' }, new Set(['door-1']))).toBe('door-1-2');
    expect(proposedId({ address: '202301010001', name: '', kind: 'water-meter' }, none)).toBe('water-202301010001');
    expect(freeId('a', new Set(['a', 'a-2']))).toBe('a-3');
    expect(proposedProfileId('lab/th-07/state', 1, none)).toBe('lab-state');
    expect(proposedProfileId('实验室/温度', null, none)).toBe('own-device');
  });
});

describe('the interval', () => {
  const every = (seconds: number, count = 5): number[] => Array.from({ length: count }, (_, n) => n * seconds * 1_000);
  it('is the usual length next above the middle of the gaps', () => {
    expect(proposedInterval(every(61))).toBe(60);
    expect(proposedInterval(every(290))).toBe(300);
    expect(proposedInterval([...every(60), 3_600_000])).toBe(60);
    expect(proposedInterval(every(100_000))).toBe(86_400);
  });
  it('is not guessed from two messages, nor from messages that came in one go', () => {
    expect(proposedInterval(every(60, 2))).toBeUndefined();
    expect(proposedInterval([1, 2, 3, 4])).toBeUndefined();
  });
});

describe('the draft', () => {
  const fields: MessageFields = {
    ...{ decode: 'json', fields: [], levels: ['a', 'b'], deviceLevel: 1, kind: 'sensor', profiles: [] },
    times: [{ path: 't', unit: 's', sample: 1 }],
  };
  const picks = [{ path: 'x', metric: 'temperature_c', scale: '1' }];
  const made = (over: object, known: MessageFields = fields) =>
    profileDraftOf('a/b', { ...emptyDraft, picks, ...over }, known, { id: 'p', name: 'P' });

  it('follows the proposals until somebody says otherwise', () => {
    expect(made({})).toEqual({
      ...{ id: 'p', name: 'P', topic: 'a/b', deviceLevel: 1, decode: 'json', ts: { path: 't', unit: 's' } },
      picks: [{ path: 'x', metric: 'temperature_c' }],
    });
    expect(made({ deviceLevel: null, timePath: '' })).toMatchObject({ deviceLevel: null });
    expect(made({ timePath: '' })).not.toHaveProperty('ts');
  });

  it('is none without a value, or of bytes', () => {
    expect(made({ picks: [] })).toBeUndefined();
    expect(made({}, { ...fields, decode: 'binary' })).toBeUndefined();
  });
});

describe('the device', () => {
  it('is entered with what was typed, and meters with what they need', () => {
    expect(deviceEntryOf(filled, 'p', 'a', { manufacturer: 'M', model: null })).toEqual({
      ...{ id: 'meter-9', name: '电表', kind: 'electricity-meter', profile: 'p', address: 'a', place: 'room-101' },
      ...{ intervalS: 60, register: { digits: 6 }, ratio: { ct: 80, pt: 1 }, manufacturer: 'M' },
    });
    expect(deviceEntryOf({ ...filled, kind: 'door', custodian: '李' }, 'p', 'a')).toEqual({
      ...{ id: 'meter-9', name: '电表', kind: 'door', profile: 'p', address: 'a', place: 'room-101', intervalS: 60 },
      custodian: '李',
    });
  });

  it('says field by field what is wrong', () => {
    const t = onboardDeviceText.zh;
    const wrong = (over: Partial<FilledDevice>) =>
      deviceProblems({ ...filled, ...over }, { nameOf: (id) => (id === 'taken' ? '老表' : undefined) }, t);
    expect(wrong({})).toEqual({});
    expect(wrong({ name: ' ', id: 'A b', place: '', intervalS: '0', digits: '2', ct: '-1' })).toEqual({
      ...{ name: t.nameMissing, id: t.idBad, place: t.placeMissing, intervalS: t.intervalBad, digits: t.digitsBad },
      ct: t.ratioBad,
    });
    expect(wrong({ id: 'taken' })).toEqual({ id: t.idTaken('老表') });
    expect(wrong({ kind: 'door', digits: 'x', ct: 'x' })).toEqual({});
  });

  it('shows a refusal of the gateway at its field', () => {
    const errors = [
      { path: 'device.place', message: 'no such place' },
      { path: 'body.device.register.digits', message: 'too many' },
      { path: 'draft.picks.0.metric', message: 'elsewhere' },
    ];
    const problem = { type: 't', title: 't', status: 422, detail: 'd', detailZh: 'z', errors };
    expect(refusedFields(new ApiError(422, problem))).toEqual({ place: 'no such place', digits: 'too many' });
    expect(refusedFields(new Error('x'))).toEqual({});
  });
});

it('places stand in the order of the tree, a lost one at its root, a ring ends', () => {
  const place = (id: string, parent: string | null) => ({
    ...{ id, parent, name: { zh: id, en: id }, kind: 'room', profile: null, areaM2: null, heads: null, open: true },
  });
  const shown = placeOptions([place('b', 'a'), place('a', null), place('c', 'b'), place('lost', 'x'), place('d', 'a')]);
  expect(shown.map(({ place: { id }, depth }) => `${depth}${id}`)).toEqual(['0a', '1b', '2c', '1d', '0lost']);
  expect(placeOptions([place('a', 'b'), place('b', 'a')])).toEqual([]);
});
