/** What a message said, asked of the registry: addresses become devices, device times event times. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import { valueRefusedText } from '#contract/value-refused.ts';
import type { Frame } from '../shared/frame.ts';
import type { Registry } from '../shared/registry.ts';
import type { DecodeResult } from './decode-result.ts';
import type { DeviceFields } from './device-fields.ts';
import { admitTime } from './device-time.ts';
import { heardOf } from './heard-of.ts';
import { oneValueEach } from './one-value.ts';
import { excerpt } from './payload.ts';
import type { Outcome } from './profile-router.ts';
import { proposalsOf } from './proposal.ts';
import type { QuarantineNote } from './quarantine-note.ts';
import type { Sample } from './run.ts';
import { unclaimed } from './unclaimed.ts';
import type { Unread } from './unread.ts';

export interface ResolveParts {
  readonly fields: DeviceFields;
  /** What of the message was not read; asked now and then. */
  readonly unread: Unread | undefined;
  /** The device that had an address until it was taken out of use. */
  readonly retiredAt: Registry['retiredAt'];
}

export function resolve(
  frame: Frame,
  profile: string,
  outcome: Outcome,
  find: (address: string) => DeviceConfig | undefined,
  { fields, unread, retiredAt }: ResolveParts,
): DecodeResult {
  const devices = new Map<string, DeviceConfig>();
  const quarantine: QuarantineNote[] = outcome.faults.map(({ reason, detail, address }) => ({
    reason,
    detail,
    profile,
    address,
  }));
  for (const address of outcome.touched) {
    const device = find(address);
    if (device !== undefined) devices.set(address, device);
    else if (quarantine.length < MAX_NOTES)
      quarantine.push({ ...unclaimed(profile, address, retiredAt(profile, address)), profile, address });
  }
  for (const { address, only } of outcome.samples) {
    const device = only === undefined ? undefined : find(address);
    if (device !== undefined && only?.includes(device.kind) === true) devices.set(address, device);
  }
  const said: Reading[] = [];
  for (const sample of outcome.samples) {
    const device = devices.get(sample.address);
    if (device !== undefined && sample.only?.includes(device.kind) === false) continue;
    const own = device === undefined ? undefined : fields.stored(device, sample);
    if (device === undefined || own === undefined) continue;
    if (Number.isFinite(own.value)) said.push(toReading(frame, device, own));
    else quarantine.push(outOfRange(profile, sample.metric, { ...own, raw: sample.raw ?? sample.value }));
  }
  for (const [address, device] of devices) {
    if (device.fields === undefined) continue;
    for (const { name, sample } of fields.beyond(device, address, outcome, frame.topic)) {
      if (Number.isFinite(sample.value)) said.push(toReading(frame, device, sample));
      else quarantine.push(outOfRange(profile, name, sample));
    }
  }
  const readings = oneValueEach(said, devices, profile, quarantine);
  const proposals = proposalsOf(profile, outcome.proposals);
  const heard = frame.replayed || frame.will ? [] : heardOf(devices, readings, outcome);
  return {
    readings,
    heard,
    quarantine,
    // It speaks of a device and has nothing to say of it: that is of no interest, and it has not vanished.
    ignored: outcome.ignored || readings.length + heard.length + quarantine.length + proposals.length === 0,
    dedup: outcome.dedup === undefined ? undefined : `${profile} ${outcome.dedup}`,
    replies: outcome.replies,
    proposals,
    remember: outcome.remember === true ? true : undefined,
    // Last: it takes the message apart.
    unread: unread?.(frame, outcome, devices),
  };
}

function outOfRange(profile: string, name: string, { address, metric, raw }: Sample): QuarantineNote {
  return { reason: 'bad-value', detail: valueRefusedText({ name, said: excerpt(raw), metric }), profile, address };
}

const MAX_NOTES = 64;

function toReading(frame: Frame, device: DeviceConfig, sample: Sample): Reading {
  const { metric, value, ts, backfill } = sample;
  const time = admitTime(ts, frame.at, device.intervalS * 1_000);
  const flags =
    time.flags | (frame.replayed ? FLAG_BITS.replayed : 0) | (backfill === true ? FLAG_BITS['catch-up'] : 0);
  return { device: device.id, metric, ts: time.ts, value, flags, receivedAt: frame.at };
}
