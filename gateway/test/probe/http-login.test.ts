import { describe, expect, it } from 'vitest';
import { createHttpLogin, digestFields, digestResponse } from '../../src/probe/http-login.ts';
import { readCredential } from '../../src/probe/read-credential.ts';

/** RFC 7616, 3.9.1. */
const example = {
  ...{
    user: 'Mufasa',
    password: 'Circle of Life',
    realm: 'http-auth@example.org',
    method: 'GET',
    uri: '/dir/index.html',
  },
  ...{ nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v', qop: true, nc: '00000001' },
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};

describe('Digest', () => {
  it('answers as RFC 7616 does', () => {
    expect(digestResponse({ ...example, algorithm: 'MD5' })).toBe('8ca523f5e9506fed4657c9700eebdbec');
    expect(digestResponse({ ...example, algorithm: 'SHA-256' })).toBe(
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    );
  });

  it('answers as RFC 2617 does, where no algorithm is named', () => {
    const parts = {
      ...{
        user: 'Mufasa',
        password: 'Circle Of Life',
        realm: 'testrealm@host.com',
        method: 'GET',
        uri: '/dir/index.html',
      },
      ...{ nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093', algorithm: '', nc: '00000001', cnonce: '0a4f113b' },
    };
    expect(digestResponse({ ...parts, qop: true })).toBe('6629fae49393a05397450978507c4ef1');
    // The older form without qop, RFC 2069.
    expect(digestResponse({ ...parts, qop: false })).toBe('670fd8c2df070c60b045671b8b24ff02');
  });

  it('takes the strongest way that is offered, and counts its requests', () => {
    const login = createHttpLogin({ user: 'admin', password: 'x' }, false);
    expect(login.authorize('GET', '/a')).toBeUndefined();
    expect(
      login.challenged(
        'Basic realm="r", Digest realm="r", nonce="1", qop="auth,auth-int", Digest realm="r", nonce="2", algorithm=SHA-256, opaque="o", qop="auth"',
      ),
    ).toBe('login');
    const fields = digestFields(login.authorize('GET', '/a') ?? '');
    expect(Object.fromEntries(fields)).toMatchObject({
      nonce: '2',
      algorithm: 'SHA-256',
      opaque: 'o',
      qop: 'auth',
      nc: '00000001',
      uri: '/a',
    });
    expect(digestFields(login.authorize('GET', '/b') ?? '').get('nc')).toBe('00000002');
  });

  it('shows the password only to a device that wants nothing else', () => {
    const login = createHttpLogin({ user: 'admin', password: 'a:b' }, true);
    login.challenged('Basic realm="DVR"');
    expect(login.authorize('GET', '/')).toBe(`Basic ${Buffer.from('admin:a:b').toString('base64')}`);
    login.forget();
    expect(login.authorize('GET', '/')).toBeUndefined();
  });

  it('shows it to nobody where the wire can be read', () => {
    const login = createHttpLogin({ user: 'admin', password: 'a:b' }, false);
    expect(login.challenged('Basic realm="DVR"')).toBe('basic-in-clear');
    expect(login.authorize('GET', '/')).toBeUndefined();
    expect(login.challenged('Basic realm="DVR", Digest realm="DVR", nonce="1"')).toBe('login');
    expect(login.authorize('GET', '/')).toMatch(/^Digest /);
  });

  it('takes a user whose name is not ASCII', () => {
    const login = createHttpLogin({ user: '值班', password: '密码' }, false);
    login.challenged('Digest realm="监控", nonce="1"');
    const header = login.authorize('GET', '/') ?? '';
    expect(header).toMatch(/^[ -~\x80-\xff]*$/);
    expect(Buffer.from(header, 'latin1').toString()).toContain('username="值班"');
  });

  it.each([undefined, '', 'Bearer x', 'Digest realm="r"', 'Digest realm="r", nonce="1", algorithm=SHA-512'])(
    'cannot do %s',
    (header) => {
      expect(createHttpLogin({ user: 'a', password: 'b' }, true).challenged(header)).toBe('no-way');
    },
  );
});

describe('passwords', () => {
  it('stand in the environment', () => {
    expect(readCredential('NVR', { HOUQIN_PROBE_NVR: 'admin:a:b' })).toEqual({
      ok: true,
      credential: { user: 'admin', password: 'a:b' },
    });
  });

  it.each([
    ['is not there', {}],
    ['has no user', { HOUQIN_PROBE_NVR: 'secret' }],
    ['stands in a file that is not there', { HOUQIN_PROBE_NVR_FILE: '/nowhere/at/all' }],
  ])('one that %s is told by its name, without its value', (_what, source) => {
    const read = readCredential('NVR', source);
    expect(read.ok).toBe(false);
    expect(JSON.stringify(read)).toContain('HOUQIN_PROBE_NVR');
    expect(JSON.stringify(read)).not.toContain('secret');
  });
});
