import type { DeviceConfig } from '#contract/config/devices.ts';
import { busOf, plainNumber } from '../shared/device-line.ts';
import { idsOf } from './check-campus.ts';
import { checkLines, isMeterNumber } from './check-lines.ts';
import { priceClasses } from './check-tariffs.ts';
import type { Checks, Noun } from './checks.ts';
import { cycleText, findCycles } from './find-cycles.ts';
import type { ParsedFiles } from './parsed-files.ts';
import type { YamlSource } from './yaml-source.ts';

/** Every place, parent device, profile and price class that a device names exists. */
export function checkDevices(parsed: ParsedFiles, checks: Checks): void {
  if (!parsed.devices) return;
  const { source, value } = parsed.devices;
  const ids = new Set(value.devices.map(({ id }) => id));
  const known = knownIds(parsed);
  checks.unique(source, idsOf('devices', value.devices), { zh: '设备编号', en: 'device id' });
  const addresses = addressesOf(value.devices, parsed.profiles).filter(
    ({ i }) => value.devices[i]?.retired === undefined,
  );
  checks.unique(source, addresses, { zh: '设备地址', en: 'device address' });
  value.devices.forEach((device, i) => {
    checkReferences(known, device, source, i, checks);
    device.dependsOn.forEach((parent, k) => {
      checks.reference(source, ['devices', i, 'dependsOn', k], parent, ids, { zh: '设备', en: 'device' });
    });
  });
  checkCycles(value.devices, source, checks);
  checkLines(value.devices, source, parsed.profiles, checks);
  const users = value.credentials.map(({ username }, i) => ({ path: ['credentials', i, 'username'], id: username }));
  checks.unique(source, users, { zh: '用户名', en: 'user name' });
  for (const { path, id } of users) {
    if (!ids.has(id)) continue;
    const zh = `“${id}”已是设备编号，设备就用它登录；请换一个用户名`;
    const en = `“${id}” is a device and logs in by that name; choose another user name`;
    checks.problem(() => source.problem(path, zh, en));
  }
}

/**
 * Two devices in use of one profile cannot share an address (on one bus): it could not be told whose message it is. Leading zeros
 * of a meter's number tell no two apart.
 */
function addressesOf(
  devices: readonly DeviceConfig[],
  profiles: ParsedFiles['profiles'],
): { path: PropertyKey[]; id: string; i: number }[] {
  return devices.map((device, i) => {
    const written = device.address ?? device.id;
    const address = isMeterNumber(profiles.get(device.profile)) ? plainNumber(written) : written;
    return {
      path: ['devices', i, device.address === undefined ? 'id' : 'address'],
      i,
      id: [device.profile, busOf(device), address].filter((part) => part !== undefined).join(': '),
    };
  });
}

/** Ids that exist, per file; undefined where the file could not be parsed. */
function knownIds({ campus, tariffs, profileIds }: ParsedFiles) {
  return {
    places: campus && new Set(campus.value.places.map(({ id }) => id)),
    sites: campus && new Set(campus.value.sites.map(({ id }) => id)),
    profiles: profileIds,
    water: tariffs && priceClasses(tariffs.value, 'water'),
    electricity: tariffs && priceClasses(tariffs.value, 'electricity'),
  };
}

function checkReferences(
  known: ReturnType<typeof knownIds>,
  device: DeviceConfig,
  source: YamlSource,
  i: number,
  checks: Checks,
): void {
  const check = (key: string, id: string | undefined, ids: ReadonlySet<string> | undefined, what: Noun): void => {
    if (ids) checks.reference(source, ['devices', i, key], id, ids, what);
  };
  check('place', device.place, known.places, { zh: '地点', en: 'place' });
  check('site', device.site, known.sites, { zh: '校区', en: 'site' });
  check('profile', device.profile, known.profiles, {
    zh: '数据格式（config/profiles）',
    en: 'data format (config/profiles)',
  });
  check('priceClass', device.priceClass, device.kind === 'water-meter' ? known.water : known.electricity, {
    zh: '价格类别（tariffs.yaml，同一种能源）',
    en: 'price class (tariffs.yaml, same resource)',
  });
}

function checkCycles(devices: readonly DeviceConfig[], source: YamlSource, checks: Checks): void {
  const parents = new Map(devices.map(({ id, dependsOn }) => [id, dependsOn]));
  const index = new Map(devices.map(({ id }, i) => [id, i]));
  const up = (id: string): readonly string[] => parents.get(id) ?? [];
  for (const cycle of findCycles([...parents.keys()], up)) {
    const way = cycleText(cycle);
    checks.problem(
      source.problem(
        ['devices', index.get(cycle[0] ?? '') ?? 0, 'dependsOn'],
        `dependsOn 绕成了圈：${way}；请删掉其中一条`,
        `dependsOn goes in a circle: ${way}; remove one of them`,
      ),
    );
  }
  for (const [id, i] of index) {
    if (!isBehindMany(id, up)) continue;
    const zh = `“${id}”前面有超过 ${MAX_ABOVE} 台设备（dependsOn 逐级向上），请只写离它最近的一台`;
    const en = `“${id}” is behind more than ${MAX_ABOVE} devices (dependsOn, all the way up); name only the nearest one`;
    checks.problem(() => source.problem(['devices', i, 'dependsOn'], zh, en));
  }
}

/** A camera is behind a switch, a riser, a core. Whenever a device falls silent, all that it is behind are looked at. */
const MAX_ABOVE = 64;

function isBehindMany(id: string, up: (id: string) => readonly string[]): boolean {
  const above = new Set(up(id));
  for (const parent of above) {
    if (above.size > MAX_ABOVE) return true;
    for (const higher of up(parent)) above.add(higher);
  }
  return above.size > MAX_ABOVE;
}
