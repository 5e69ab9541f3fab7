import { describe, expect, it } from 'vitest';
import { ecosystemOf } from '#contract/ecosystems/ecosystems.ts';
import { ecosystemFor, hostsOf, loginOf, newDraft, problemOf, shownPrefixes } from './login-draft.ts';

const draftOf = (id: string) => {
  const ecosystem = ecosystemOf(id);
  if (ecosystem === undefined) throw new Error(id);
  return newDraft(ecosystem);
};

describe('a login being made', () => {
  it('is what the table proposes until somebody types', () => {
    expect(loginOf(draftOf('tasmota'))).toEqual({
      ...{ kind: 'bridge', username: 'tasmota', prefixes: ['tele/', 'stat/', 'cmnd/', 'tasmota/'] },
    });
    const esphome = draftOf('esphome');
    expect(shownPrefixes({ ...esphome, answer: 'kitchen' })).toBe('kitchen/\nesphome/');
    expect(
      loginOf({ ...esphome, username: 'a&b', prefixes: ' x/ \n\nx/', optional: new Set(['homeassistant/']) }),
    ).toEqual({
      ...{ kind: 'bridge', username: 'a&b', prefixes: ['x/', 'homeassistant/'] },
    });
    expect(loginOf({ ...draftOf('home-assistant'), kind: 'bridge' }).kind).toBe('bridge');
    expect(loginOf({ ...draftOf('native'), username: 'meter-1', prefixes: 'x/' })).toEqual({
      ...{ kind: 'device', username: 'meter-1', prefixes: [] },
    });
  });

  it.each([
    ['tasmota', {}, undefined],
    ['tasmota', { username: ' x' }, 'nameBad'],
    ['tasmota', { username: 'é'.repeat(65) }, 'nameBad'],
    ['tasmota', { prefixes: ' \n' }, 'prefixBad'],
    ['tasmota', { prefixes: 'tele/#' }, 'prefixBad'],
    ['tasmota', { prefixes: '$SYS/' }, 'prefixBad'],
    ['huawei-iotda', {}, undefined],
    ['native', {}, 'deviceMissing'],
  ] as const)('%s %j: %s', (id, typed, problem) =>
    expect(problemOf(loginOf({ ...draftOf(id), ...typed }))).toBe(problem),
  );

  it('finds the product of a login there is', () => {
    const of = (username: string, ...prefixes: string[]) => ecosystemFor({ kind: 'bridge', username, prefixes })?.id;
    expect(of('boiler', 'tele/', 'stat/', 'cmnd/', 'tasmota/', 'homeassistant/')).toBe('tasmota');
    expect(of('theengs', 'home/')).toBe('theengs');
    expect(of('x', 'watermeter/')).toBeUndefined();
    expect(ecosystemFor({ kind: 'device', username: 'meter-1', prefixes: [] })?.id).toBe('native');
  });
});

describe('where devices reach the gateway', () => {
  const door = {
    port: 1883,
    loopbackOnly: false,
    webSocketPath: null,
    addresses: ['192.168.1.10', '10.0.0.2'],
    sites: [],
    anonymous: false,
  };
  it.each([
    ['houqin.example.edu', ['houqin.example.edu', '192.168.1.10', '10.0.0.2']],
    ['10.0.0.2', ['10.0.0.2', '192.168.1.10']],
    ['localhost', ['192.168.1.10', '10.0.0.2', 'localhost']],
    ['127.0.0.1', ['192.168.1.10', '10.0.0.2', '127.0.0.1']],
    ['[fd00::1]', ['fd00::1', '192.168.1.10', '10.0.0.2']],
  ])('%s', (hostname, hosts) => expect(hostsOf(door, hostname)).toEqual(hosts));
  it('only here while only this machine is let in', () =>
    expect(hostsOf({ ...door, loopbackOnly: true }, '127.0.0.1')).toEqual(['127.0.0.1']));
});
