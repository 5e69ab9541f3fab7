import { describe, expect, it } from 'vitest';
import { placesWithin } from '../../lib/places-within.ts';
import { deviceOf } from '../../test/samples.ts';
import { parseDeviceFilters, shownDevices } from './device-filters.ts';

const places = [
  { id: 'campus', parent: null },
  { id: 'building', parent: 'campus' },
  { id: 'room', parent: 'building' },
  { id: 'gate', parent: 'campus' },
];
const devices = [
  deviceOf({ id: 'meter', kind: 'electricity-meter', place: 'room', name: { zh: '电表', en: 'Meter' } }),
  deviceOf({ id: 'cam', kind: 'camera', place: 'gate', state: 'unknown', name: { zh: '摄像头', en: 'Camera' } }),
  deviceOf({ id: 'door', place: 'gate', state: 'offline', address: 'zigbee/Door' }),
];
const shown = (query: string): string[] =>
  shownDevices(devices, places, parseDeviceFilters(new URLSearchParams(query))).map(({ id }) => id);

describe('device filters', () => {
  it('show all, what is wrong first', () => {
    expect(shown('')).toEqual(['door', 'cam', 'meter']);
  });

  it('take a place with everything below it', () => {
    expect(shown('place=building')).toEqual(['meter']);
    expect(shown('place=campus')).toHaveLength(3);
    expect(shown('place=nowhere')).toEqual([]);
  });

  it('find text in names of both languages, ids and addresses', () => {
    expect(shown('q=%E6%91%84')).toEqual(['cam']);
    expect(shown('q=METER')).toEqual(['meter']);
    expect(shown('q=zigbee')).toEqual(['door']);
  });

  it('must all match, and take no word for a state that is none', () => {
    expect(shown('state=offline&kind=camera')).toEqual([]);
    expect(shown('state=burnt&kind=camera')).toEqual(['cam']);
  });

  it('end in a ring of places', () => {
    const ring = [
      { id: 'a', parent: 'b' },
      { id: 'b', parent: 'a' },
    ];
    expect([...placesWithin('a', ring)].sort()).toEqual(['a', 'b']);
  });
});
