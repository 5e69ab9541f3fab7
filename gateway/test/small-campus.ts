/** A campus small enough to hold in one's head: a gate door, a switch with eight cameras, a parent without a heartbeat. */
import { campusConfig } from '#contract/config/campus.ts';
import { devicesConfig } from '#contract/config/devices.ts';
import { createRegistry, type Registry } from '../src/shared/registry.ts';

const camera = (n: number, parent: string) => ({
  id: `cam-${parent}-${n}`,
  name: { zh: `${n} 号摄像头`, en: `Camera ${n}` },
  kind: 'camera',
  place: 'gate-east',
  dependsOn: [parent],
  intervalS: 10,
});

/** @param retired ids of devices that are out of use */
export function smallCampus(retired: readonly string[] = []): Registry {
  const campus = campusConfig.parse({
    name: { zh: '试验学校', en: 'Test school' },
    sites: [{ id: 'main', name: { zh: '本部', en: 'Main' } }],
    places: [
      { id: 'campus', name: { zh: '校园', en: 'Campus' }, kind: 'campus' },
      { id: 'gate-east', name: { zh: '东门', en: 'East gate' }, kind: 'gate', parent: 'campus', profile: 'gate' },
    ],
  });
  const devices = devicesConfig.parse({
    devices: [
      { id: 'door', name: { zh: '东门门磁', en: 'East gate door' }, kind: 'door', place: 'gate-east', intervalS: 60 },
      {
        id: 'sw',
        name: { zh: '东门交换机', en: 'East gate switch' },
        kind: 'switch',
        place: 'gate-east',
        intervalS: 10,
        custodian: '李师傅',
      },
      { id: 'mute', name: { zh: '哑交换机', en: 'Mute switch' }, kind: 'switch', place: 'gate-east', intervalS: 10 },
      ...Array.from({ length: 8 }, (_, n) => camera(n + 1, 'sw')),
      ...Array.from({ length: 5 }, (_, n) => camera(n + 1, 'mute')),
    ],
  });
  const marked = devices.devices.map((one) => (retired.includes(one.id) ? { ...one, retired: '2026-03-02' } : one));
  return createRegistry(campus, { ...devices, devices: marked });
}
