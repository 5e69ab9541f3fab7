/** The three stories of the demo, at any hour of any day: their places are closed now by an override of the calendar. */
import type { Campus } from '../campus.ts';

const EVERY_S = 3_600;

/**
 * A room left on, a door open in closed hours, a switch that takes its cameras along.
 *
 * They begin when somebody looks at the first page. Offsets: the shipped rules wait 30 s for the room, 20 s for the door and
 * three intervals of 10 s for silence, so that all three show within a minute, one after the other.
 * Each ends after some minutes, so that visitors also see how an incident resolves, and returns every hour.
 */
export function demoScenario(campus: Campus): Record<string, unknown>[] {
  const stories: Record<string, unknown>[] = [
    {
      story: 'room-left-on',
      atS: 5,
      forS: 360,
      everyS: EVERY_S,
      fault: 'left-on',
      place: 'room-301',
      params: { powerW: 1_650 },
    },
    { story: 'door-in-closed-hours', atS: 8, forS: 300, everyS: EVERY_S, fault: 'door-open', place: 'gate-east' },
  ];
  const device = busiestSwitch(campus);
  if (device !== undefined) {
    stories.push({ story: 'switch-dead', atS: 15, forS: 240, everyS: EVERY_S, fault: 'switch-dead', device });
  }
  return stories;
}

/** The switch with most cameras; of equals the first in the file. */
function busiestSwitch(campus: Campus): string | undefined {
  const cameras = (id: string) => campus.devices.filter((d) => d.kind === 'camera' && d.dependsOn.includes(id)).length;
  return campus.devices
    .filter((device) => device.kind === 'switch')
    .map((device) => ({ id: device.id, count: cameras(device.id) }))
    .toSorted((a, b) => b.count - a.count)[0]?.id;
}
