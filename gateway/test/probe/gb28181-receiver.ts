/** A GB/T 28181 receiver with a decoder behind it, for tests over sockets. */
import type { QuarantineNote } from '../../src/decode/decoder.ts';
import type { Proposal } from '../../src/decode/proposal.ts';
import type { HeardNote } from '../../src/probe/heard-notes.ts';
import { type Gb28181Receiver, type Gb28181Setup, receiveGb28181 } from '../../src/probe/receive-gb28181.ts';
import type { Registration } from '../../src/probe/sip-registrar.ts';
import { campusDecoder, type DeviceEntry } from '../decode/campus.ts';
import { freePort } from '../free-port.ts';
import { waitFor } from '../wait-for.ts';
import { authorization, DOMAIN, type Login, NVR, PASSWORD, type Peer, type Said, SERVER, sip } from './sip-device.ts';

export interface Rig {
  readonly receiver: Gb28181Receiver;
  readonly readings: { readonly device: string; readonly metric: string; readonly value: number }[];
  readonly quarantine: QuarantineNote[];
  readonly proposals: Proposal[];
  /** Rows that the receiver itself asks for. */
  readonly notes: HeardNote[];
  readonly frames: string[];
  /** Written for after a restart. */
  registrations: readonly Registration[];
}

export const camera = (id: string, address: string, kind = 'camera'): DeviceEntry => ({
  ...{ id, kind, profile: 'gb28181', address },
});

export async function receiverRig(
  devices: readonly DeviceEntry[] = [],
  more: Partial<Gb28181Setup> = {},
): Promise<Rig> {
  const all = [{ id: 'nvr', kind: 'nvr', profile: 'gb28181', address: NVR }, ...devices];
  const decoder = campusDecoder(all);
  const numbers = new Set(all.map(({ address }) => address));
  const rig: Omit<Rig, 'receiver'> = {
    ...{ readings: [], quarantine: [], proposals: [], notes: [], frames: [], registrations: [] },
  };
  // Free for TCP too: one that the system picks for UDP may be taken there.
  const port = await freePort();
  const receiver = await receiveGb28181({
    ...{ listen: { host: '127.0.0.1', port }, serverId: SERVER, domain: DOMAIN, password: PASSWORD },
    ...{ catalogEveryMs: 0, now: Date.now, wallTime: () => '2026-03-02T08:00:00.000' },
    isKnown: (id) => numbers.has(id),
    onRegistrations: (registered) => {
      rig.registrations = registered;
    },
    onNote: (note) => rig.notes.push(note),
    async onFrame(frame) {
      rig.frames.push(frame.topic);
      const { readings, quarantine, proposals } = decoder.decode(frame);
      rig.readings.push(...readings.map(({ device, metric, value }) => ({ device, metric, value })));
      rig.quarantine.push(...quarantine);
      rig.proposals.push(...proposals);
    },
    ...more,
  });
  return Object.assign(rig, { receiver });
}

/** The next message that comes back. */
export async function answerTo(peer: Peer, message: Buffer): Promise<string> {
  const before = peer.heard.filter((text) => text.startsWith('SIP/2.0')).length;
  peer.send(message);
  return waitFor(
    () => {
      const answer = peer.heard.filter((text) => text.startsWith('SIP/2.0'))[before];
      if (answer === undefined) throw new Error('no answer');
      return answer;
    },
    { timeout: 3_000, interval: 5 },
  );
}

/** Two REGISTERs, the second with the login. @returns the answer to the second */
export async function register(peer: Peer, said: Said & Login = {}): Promise<string> {
  const challenge = await answerTo(peer, sip('REGISTER', said));
  const login = authorization(challenge, said.id, said);
  return answerTo(peer, sip('REGISTER', { ...said, more: [login, ...(said.more ?? [])] }));
}
