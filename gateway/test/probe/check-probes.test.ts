import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { SMALL, textsOf } from '../config/small-campus.ts';

const check = (more: string, gateway = SMALL.gateway) =>
  parseConfig(
    textsOf({
      gateway,
      devices: SMALL.devices.replace('    dependsOn:', `    ${more}\n    dependsOn:`),
    }),
  );
const lineOf = (passage: string): number =>
  SMALL.devices.slice(0, SMALL.devices.indexOf('    dependsOn:')).split('\n').length - (passage === '' ? 1 : 0);

describe('what stands under probe', () => {
  it.each([
    ['an ONVIF camera', 'probe: { host: 192.168.1.64, onvif: true }'],
    [
      'ports and paths of its own',
      'probe: { host: cam.lan, onvif: { port: 8899 }, rtsp: { path: /ch1 }, tcp: [80, 554] }',
    ],
    ['one port', 'probe: { host: "fd00::12", tcp: 80, everyS: 60 }'],
  ])('%s is right', (_what, probe) => expect(check(probe)).toMatchObject({ ok: true, warnings: [] }));

  it.each([
    ['nothing to ask', 'probe: { host: 192.168.1.64 }', '至少一个', 'at least one of onvif'],
    ['a port in the host', 'probe: { host: "192.168.1.64:80/x", tcp: 80 }', '不带端口', 'without a port'],
    ['a port that is none', 'probe: { host: 192.168.1.64, tcp: 70000 }', '至多 65535', '65535'],
    [
      'a password in the file',
      'probe: { host: 192.168.1.64, hikvision: { credential: "admin:123" } }',
      '大写',
      'in capitals',
    ],
    [
      'a stream without its profile',
      'probe: { host: 192.168.1.64, hikvision: { credential: NVR } }',
      'hikvision-isapi',
      'hikvision-isapi',
    ],
    ['a path with a space', 'probe: { host: 192.168.1.64, rtsp: { path: "/a b" } }', '不含空格', 'without spaces'],
    ['a word that is none', 'probe: { host: 192.168.1.64, onvif: true, evryS: 10 }', '“everyS”', '“everyS”'],
  ])('%s is told where it stands, in both languages', (_what, probe, zh, en) => {
    const result = check(probe);
    if (result.ok) throw new Error('taken for right');
    expect(result.problems).toHaveLength(1);
    const [problem] = result.problems;
    expect(problem).toMatchObject({ file: 'devices.yaml', line: lineOf(probe) });
    expect(problem?.message.zh).toContain(zh);
    expect(problem?.message.en).toContain(en);
  });

  it('a device asked less often than its silence is judged by is warned of', () => {
    const result = check('intervalS: 10\n    probe: { host: 192.168.1.64, rtsp: true, everyS: 60 }');
    expect(result).toMatchObject({ ok: true, warnings: [{ path: 'devices[2].probe.everyS' }] });
  });
});

describe('receivers in gateway.yaml', () => {
  it('are off when nothing is said, and on the loopback when nothing more is', () => {
    const off = check('tags: [x]');
    expect(off.ok && off.config.gateway.gb28181).toBeUndefined();
    const on = check('tags: [x]', "gb28181: { serverId: '34020000002000000001' }\nonvif: {}\n");
    expect(on.ok && on.config.gateway).toMatchObject({
      gb28181: { listen: '127.0.0.1:5060' },
      onvif: { listen: '0.0.0.0:3702' },
    });
  });

  it.each([
    ['serverId: 12', '20 位数字|文字'],
    ["serverId: '34020000002000000001', listen: everywhere", '0.0.0.0:5060'],
  ])('{ %s } is wrong', (text, words) => {
    const result = check('tags: [x]', `gb28181: { ${text} }\n`);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.problems[0]?.message.zh).toMatch(new RegExp(words));
  });
});
