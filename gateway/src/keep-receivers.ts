/** The UDP receivers as gateway.yaml has them: opened, opened anew when their section changes, tried again when taken. */
import { join } from 'node:path';
import type { CampusInForce } from './campus-in-force.ts';
import { keepRegistrations } from './keep-registrations.ts';
import type { HeardNote } from './probe/heard-notes.ts';
import { udpListen } from './probe/open-udp.ts';
import { readSecret } from './probe/read-credential.ts';
import { type DiscoveryReceiver, receiveDiscovery } from './probe/receive-discovery.ts';
import { type Gb28181Receiver, receiveGb28181 } from './probe/receive-gb28181.ts';
import type { Clock } from './shared/clock.ts';
import { isLoopback } from './shared/environment.ts';
import type { Frame } from './shared/frame.ts';
import type { Log } from './shared/log.ts';

export interface ReceiverParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly dataDir: string;
  campus(): CampusInForce;
  onFrame(frame: Frame): Promise<void>;
  /** Heard, and not understood or turned away. */
  onNote(note: HeardNote): void;
  readonly secrets: Readonly<Record<string, string | undefined>>;
}

export interface Receivers {
  reload(): void;
  figures(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

interface Kept {
  version: string;
  /** The port was taken, for instance: worth another try. */
  failed: boolean;
  receiver: { close(): Promise<void> } | undefined;
}

const AGAIN_MS = 30_000;
const PASSWORD = 'HOUQIN_GB28181_PASSWORD';
const REGISTRATIONS_FILE = 'gb28181-registrations.json';
export function keepReceivers(parts: ReceiverParts): Receivers {
  const { log, campus } = parts;
  let sip: Gb28181Receiver | undefined;
  let discovery: DiscoveryReceiver | undefined;
  let closed = false;
  let busy: Promise<void> = Promise.resolve();

  const keep = (
    name: string,
    sectionOf: (campus: CampusInForce) => object | undefined,
    open: () => Promise<Kept['receiver']>,
  ): (() => Promise<void>) => {
    const kept: Kept = { version: '', failed: false, receiver: undefined };
    return async () => {
      const section = closed ? undefined : sectionOf(campus());
      const version = section === undefined ? '' : JSON.stringify(section);
      if (version === kept.version && !kept.failed) return;
      await kept.receiver?.close();
      kept.receiver = undefined;
      kept.version = version;
      kept.failed = false;
      if (section === undefined) return;
      try {
        kept.receiver = await open();
      } catch (error) {
        kept.failed = true;
        log.error({ err: error }, `${name} could not be opened; tried again every ${AGAIN_MS / 1_000} s`);
      }
    };
  };
  const keepSip = keep(
    'the GB/T 28181 receiver',
    ({ config }) => config.gateway.gb28181,
    async () => {
      sip = undefined;
      sip = await openSip(parts);
      return sip;
    },
  );
  const keepDiscovery = keep(
    'the ONVIF receiver',
    ({ config }) => config.gateway.onvif,
    async () => {
      discovery = undefined;
      const { listen: text } = campus().config.gateway.onvif ?? { listen: '' };
      const listen = udpListen(text);
      if (refusedInDemo(parts, listen.host)) return undefined;
      const isHome = (address: string): boolean => isOfCampus(campus(), address);
      discovery = await receiveDiscovery({ ...parts, now: parts.clock.now, listen, isHome });
      log.info({ port: discovery.port }, 'hearing ONVIF announcements');
      return discovery;
    },
  );
  const settle = (): Promise<void> => {
    busy = busy.then(keepSip).then(keepDiscovery);
    return busy;
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    reload() {
      timer ??= setInterval(settle, AGAIN_MS);
      void settle();
    },
    figures() {
      const { registered = 0, datagrams = 0, connections = 0, refused = {} } = sip?.figures() ?? {};
      const refusals = Object.values(refused).reduce((sum, count) => sum + count, 0);
      return {
        ...{ sip_registered: registered, sip_datagrams: datagrams, sip_refused: refusals },
        ...{ sip_connections: connections, onvif_dropped: discovery?.dropped() ?? 0 },
      };
    },
    async close() {
      closed = true;
      clearInterval(timer);
      await settle();
    },
  };
}

/** Off the loopback only with a password: a camera that anybody can pretend to be is no camera. */
async function openSip(parts: ReceiverParts): Promise<Gb28181Receiver | undefined> {
  const { clock, log, dataDir, campus, onFrame, onNote, secrets } = parts;
  const { gb28181 } = campus().config.gateway;
  if (gb28181 === undefined) return undefined;
  const listen = udpListen(gb28181.listen);
  if (refusedInDemo(parts, listen.host)) return undefined;
  const read = readSecret(PASSWORD, secrets);
  const wanted = secrets[PASSWORD] !== undefined || secrets[`${PASSWORD}_FILE`] !== undefined;
  if (!read.ok && (wanted || !isLoopback(listen.host))) {
    log.error({}, `GB/T 28181 not received on ${gb28181.listen}: ${read.why.zh} / ${read.why.en}`);
    return undefined;
  }
  const kept = keepRegistrations(join(dataDir, REGISTRATIONS_FILE), log);
  const receiver = await receiveGb28181({
    ...{ listen, serverId: gb28181.serverId, domain: gb28181.domain ?? gb28181.serverId.slice(0, 10) },
    password: read.ok ? read.secret : undefined,
    catalogEveryMs: gb28181.catalogEveryS * 1_000,
    now: clock.now,
    wallTime: (at) => wallTime(at, campus().config.registry.campus.timeZone),
    isKnown: (id) => campus().config.registry.byAddress('gb28181', id) !== undefined,
    isRetired: (id) => campus().config.registry.retiredAt('gb28181', id) !== undefined,
    ...{ known: kept.known, onRegistrations: kept.put, onFrame, onNote },
    onTcp: (error) => tellTcp(log, gb28181.listen, error),
  });
  log.info({ port: receiver.port }, 'receiving GB/T 28181 registrations and keepalives');
  return {
    ...receiver,
    async close() {
      await receiver.close();
      await kept.flush();
    },
  };
}

/** Whether a camera of devices.yaml is at this address. */
function isOfCampus({ config }: CampusInForce, address: string): boolean {
  if (config.registry.byAddress('onvif', address) !== undefined) return true;
  return config.registry.probedHosts.has(address);
}

/** The demo campus is for this machine only. */
function refusedInDemo({ campus, log }: ReceiverParts, host: string): boolean {
  if (!campus().config.gateway.demo || isLoopback(host)) return false;
  log.error({}, `the demo campus does not listen on ${host}; run npx houqin demo off first, or use 127.0.0.1`);
  return true;
}

/** UDP goes on without TCP: cameras set to TCP stay out until it can be had. */
function tellTcp(log: Log, listen: string, error: NodeJS.ErrnoException | undefined): void {
  if (error === undefined) {
    log.info({}, `GB/T 28181 is received over TCP on ${listen} as well`);
    return;
  }
  const why = error.code ?? error.message;
  log.error(
    { err: error },
    `GB/T 28181：${listen} 的 TCP 端口打不开（${why}），只收 UDP；请停掉占用它的程序，或在 gateway.yaml 的 gb28181.listen 换一个端口，或把设备的 SIP 传输改成 UDP / ` +
      `GB/T 28181: TCP on ${listen} cannot be had (${why}), so only UDP is received; stop the program that has the port, or give gb28181.listen in gateway.yaml another one, or set the devices to SIP over UDP`,
  );
}

/** The site's wall clock as SIP devices read it: `2026-03-02T08:00:00.000`. */
function wallTime(at: number, timeZone: string): string {
  const text = new Date(at).toLocaleString('sv-SE', { timeZone });
  return `${text.replace(' ', 'T')}.${String(at % 1_000).padStart(3, '0')}`;
}
