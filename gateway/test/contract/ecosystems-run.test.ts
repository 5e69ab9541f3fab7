/** The lines of the table in the hands of the real programs, where they are installed: what they say in their CONNECT. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { prefixesOf } from '#contract/ecosystems/ecosystem.ts';
import { ecosystemOf } from '#contract/ecosystems/ecosystems.ts';
import { itNeeds } from '../skip.ts';

const missing = ['mosquitto', 'mosquitto_pub'].some(
  (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0,
)
  ? 'mosquitto is not installed'
  : undefined;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Login {
  readonly user: string | undefined;
  readonly password: string | undefined;
}

/** A port on which the first CONNECT is read and nothing is answered. */
async function listen(): Promise<{ readonly port: number; readonly login: Promise<Login> }> {
  let server: Server | undefined;
  const login = new Promise<Login>((done) => {
    server = createServer((socket) => {
      let seen = Buffer.alloc(0);
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        seen = Buffer.concat([seen, data]);
        const read = connectLogin(seen);
        if (read === undefined) return;
        done(read);
        socket.destroy();
      });
    }).listen(0, '127.0.0.1');
  });
  if (server === undefined) throw new Error('no server');
  const listening = server;
  closers.push(() => new Promise<void>((done) => listening.close(() => done())));
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  return { port, login };
}

/** User name and password of a CONNECT of MQTT 3.1.1; undefined until the packet is whole. */
function connectLogin(packet: Buffer): Login | undefined {
  let at = 1;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = packet[at++];
    if (byte === undefined) return undefined;
    length += (byte & 127) << shift;
    if (byte < 128) break;
  }
  if (packet.length < at + length) return undefined;
  const text = (): string => {
    const size = packet.readUInt16BE(at);
    at += 2 + size;
    return packet.toString('utf8', at - size, at);
  };
  text();
  const flags = packet[at + 1] ?? 0;
  at += 4;
  text();
  if ((flags & 4) !== 0) {
    text();
    text();
  }
  return {
    user: (flags & 128) === 0 ? undefined : text(),
    password: (flags & 64) === 0 ? undefined : text(),
  };
}

function textOf(id: string, user: string, secret: string, port: number): string {
  const ecosystem = ecosystemOf(id);
  const prefixes = ecosystem === undefined ? [] : prefixesOf(ecosystem, '');
  const [block] = ecosystem?.lines({ host: '127.0.0.1', port, user, secret, site: 'main', prefixes }) ?? [];
  if (block === undefined || !('text' in block)) throw new Error(`${id} has no text`);
  return block.text;
}

function run(command: string, args: readonly string[], cwd: string): ChildProcess {
  const child = spawn(command, args, { cwd, stdio: 'ignore' });
  const ended = once(child, 'exit');
  closers.push(async () => {
    child.kill();
    await ended;
  });
  return child;
}

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'houqin-lines-'));
  closers.push(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

const NAMES = ['DVES_USER', 'a&b', `it's "quoted" \\ $HOME \`id\``, '# no: comment, {x} ; [y]', '电表 一号😀'];

for (const user of NAMES) {
  const secret = `${user} s`;
  itNeeds(missing, `mosquitto takes its bridge.conf: ${user}`, async () => {
    const { port, login } = await listen();
    const dir = await folder();
    const own = await listen();
    // Its own listener needs a port that is free: that of a server which is closed again.
    await closers.pop()?.();
    const conf = `listener ${own.port} 127.0.0.1\nallow_anonymous true\npersistence false\n`;
    await writeFile(join(dir, 'mosquitto.conf'), `${conf}${textOf('mosquitto-bridge', user, secret, port)}\n`);
    run('mosquitto', ['-c', join(dir, 'mosquitto.conf')], dir);
    expect(await login).toEqual({ user, password: secret });
  });

  itNeeds(missing, `mosquitto_pub takes its command: ${user}`, async () => {
    const { port, login } = await listen();
    run('sh', ['-c', `exec ${textOf('scripts', user, secret, port)}`], await folder());
    expect(await login).toEqual({ user, password: secret });
  });
}
