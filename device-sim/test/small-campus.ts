import { calendarConfig } from '#contract/config/calendar.ts';
import { campusConfig } from '#contract/config/campus.ts';
import { devicesConfig } from '#contract/config/devices.ts';
import { type Campus, createCampus } from '../campus.ts';

const text = (zh: string) => ({ zh, en: zh });

/** A school with one building: main, floor, room, water, two doors, a switch with eight cameras, and a sensor. */
export function smallCampus(change: { intervalS?: number; timeZone?: string; devices?: object[] } = {}): Campus {
  const { intervalS = 0.2, timeZone = 'Asia/Shanghai' } = change;
  const campus = campusConfig.parse({
    name: 'school',
    timeZone,
    sites: [{ id: 'main', name: 'main' }],
    places: [
      { id: 'campus', name: 'campus', kind: 'campus', profile: 'classroom' },
      { id: 'block', name: 'block', kind: 'building', parent: 'campus' },
      { id: 'floor', name: 'floor', kind: 'floor', parent: 'block' },
      { id: 'room-301', name: '301', kind: 'room', parent: 'floor' },
      { id: 'servers', name: 'servers', kind: 'room', parent: 'floor', profile: 'server-room' },
      { id: 'gate-east', name: 'east', kind: 'gate', parent: 'campus' },
    ],
  });
  const meter = { kind: 'electricity-meter', intervalS };
  const camera = (n: number) => ({
    id: `cam-${n}`,
    name: `c${n}`,
    kind: 'camera',
    place: 'block',
    dependsOn: ['sw-1'],
    intervalS,
  });
  const { devices } = devicesConfig.parse({
    devices: [
      { ...meter, id: 'main', name: 'main', place: 'block', register: { digits: 8 } },
      { ...meter, id: 'light', name: 'light', place: 'floor', tags: ['lighting'] },
      { ...meter, id: 'sockets', name: 'sockets', place: 'floor', tags: ['sockets'] },
      { ...meter, id: 'room', name: 'room', place: 'room-301', tags: ['room'] },
      { ...meter, id: 'rack', name: 'rack', place: 'servers' },
      { id: 'water', name: 'water', kind: 'water-meter', place: 'block', intervalS },
      { id: 'door', name: 'door', kind: 'door', place: 'floor', intervalS },
      { id: 'east', name: 'east', kind: 'door', place: 'gate-east', intervalS },
      { id: 'sw-0', name: 'idle', kind: 'switch', place: 'block', intervalS },
      { id: 'sw-1', name: 'switch', kind: 'switch', place: 'block', intervalS },
      ...[1, 2, 3, 4, 5, 6, 7, 8].map(camera),
      { id: 'nvr', name: 'nvr', kind: 'nvr', place: 'servers', intervalS },
      { id: 'climate', name: 'climate', kind: 'sensor', place: 'servers', intervalS },
      ...(change.devices ?? []),
    ],
  });
  const calendar = calendarConfig.parse({
    terms: [{ id: 't', name: text('t'), from: '2026-02-16', to: '2026-07-03' }],
    overrides: [
      { type: 'holiday', places: ['room-301', 'gate-east'] },
      { date: '2026-03-05', type: 'half-day' },
    ],
    bells: { school: [{ id: 'morning', name: text('m'), from: '08:00', to: '12:00' }] },
    placeProfiles: {
      classroom: { name: text('c'), open: { school: ['06:30-21:30'], 'half-day': ['06:30-12:30'] } },
      'server-room': { name: text('s'), open: {}, alwaysOpen: true },
    },
  });
  const holidays = new Map([
    ['2026-04-06', true],
    ['2026-02-28', false],
  ]);
  return createCampus({ campus, devices, calendar, holidays });
}

export function at(time: string): number {
  return Date.parse(`${time}+08:00`);
}
