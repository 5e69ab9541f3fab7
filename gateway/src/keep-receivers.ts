/** The UDP receivers as gateway.yaml has them: opened, opened anew when their section changes, tried again when taken. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { CampusInForce } from './campus-in-force.ts';
import { udpListen } from './probe/open-udp.ts';
import { readSecret } from './probe/read-credential.ts';
import { receiveDiscovery } from './probe/receive-discovery.ts';
import { type Gb28181Receiver, receiveGb28181 } from './probe/receive-gb28181.ts';
import type { Registration } from './probe/sip-registrar.ts';
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
/** Who had registered, so that a restart of the gateway is no outage of theirs. */
const REGISTRATIONS_FILE = 'gb28181-registrations.json';
const registrations = z.array(
  z.object({
    id: z.string(),
    source: z.object({ address: z.string(), port: z.number().int().min(1).max(65_535) }),
    until: z.number(),
  }),
);

export function keepReceivers(parts: ReceiverParts): Receivers {
  const { log, campus } = parts;
  let sip: Gb28181Receiver | undefined;
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
      const { listen: text } = campus().config.gateway.onvif ?? { listen: '' };
      const listen = udpListen(text);
      if (refusedInDemo(parts, listen.host)) return undefined;
      const receiver = await receiveDiscovery({ ...parts, now: parts.clock.now, listen });
      log.info({ port: receiver.port }, 'hearing ONVIF announcements');
      return receiver;
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
      const { registered = 0, datagrams = 0, refused = {} } = sip?.figures() ?? {};
      const refusals = Object.values(refused).reduce((sum, count) => sum + count, 0);
      return { sip_registered: registered, sip_datagrams: datagrams, sip_refused: refusals };
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
  const { clock, log, dataDir, campus, onFrame, secrets } = parts;
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
  const receiver = await receiveGb28181({
    ...{ listen, serverId: gb28181.serverId, domain: gb28181.domain ?? gb28181.serverId.slice(0, 10) },
    password: read.ok ? read.secret : undefined,
    catalogEveryMs: gb28181.catalogEveryS * 1_000,
    now: clock.now,
    wallTime: (at) => wallTime(at, campus().config.registry.campus.timeZone),
    isKnown: (id) => campus().config.registry.byAddress('gb28181', id) !== undefined,
    known: readRegistrations(join(dataDir, REGISTRATIONS_FILE)),
    onRegistrations: (all) => keepRegistrations(join(dataDir, REGISTRATIONS_FILE), all, log),
    onFrame,
  });
  log.info({ port: receiver.port }, 'receiving GB/T 28181 registrations and keepalives');
  return receiver;
}

/** The demo campus is for this machine only. */
function refusedInDemo({ campus, log }: ReceiverParts, host: string): boolean {
  if (!campus().config.gateway.demo || isLoopback(host)) return false;
  log.error({}, `the demo campus does not listen on ${host}; run npx houqin demo off first, or use 127.0.0.1`);
  return true;
}

function readRegistrations(file: string): readonly Registration[] {
  try {
    return registrations.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // None yet, or not readable: every device registers anew within a few of its keepalives.
    return [];
  }
}

/** A few hundred bytes, at most once for each registration of an hour's length. */
function keepRegistrations(file: string, all: readonly Registration[], log: Log): void {
  try {
    writeFileSync(file, JSON.stringify(all), { mode: 0o600 });
  } catch (error) {
    log.warn({ err: error }, 'registrations of GB/T 28181 devices could not be kept');
  }
}

/** The site's wall clock as SIP devices read it: `2026-03-02T08:00:00.000`. */
function wallTime(at: number, timeZone: string): string {
  const text = new Date(at).toLocaleString('sv-SE', { timeZone });
  return `${text.replace(' ', 'T')}.${String(at % 1_000).padStart(3, '0')}`;
}
