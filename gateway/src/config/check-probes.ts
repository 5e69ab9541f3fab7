import type { Checks } from './checks.ts';
import type { ParsedFiles } from './parsed-files.ts';

/** What stands under `probe` fits the rest of the device. */
export function checkProbes({ devices }: ParsedFiles, checks: Checks): void {
  devices?.value.devices.forEach(({ probe, profile, intervalS }, i) => {
    if (probe?.hikvision !== undefined && profile !== 'hikvision-isapi') {
      checks.problem(
        devices.source.problem(
          ['devices', i, 'probe', 'hikvision'],
          '读海康事件流的设备，profile 要写 hikvision-isapi，address 写它的 IP 地址',
          'a device whose Hikvision event stream is read needs profile: hikvision-isapi, and its IP address as address',
        ),
      );
    }
    if (probe?.everyS !== undefined && probe.everyS > intervalS) {
      checks.warn(
        devices.source.problem(
          ['devices', i, 'probe', 'everyS'],
          `每 ${probe.everyS} 秒才探测一次，而 intervalS 是 ${intervalS} 秒：如果它自己不上报，两次探测之间会被当作离线`,
          `probed every ${probe.everyS} s, while intervalS is ${intervalS} s: unless it also reports by itself, it is taken for silent in between`,
        ),
      );
    }
  });
}
