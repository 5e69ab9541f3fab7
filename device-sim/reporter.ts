/** One device: measures when it is due or when something changes, and hands its messages to its session. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Message, Talker } from './encoders/message.ts';
import type { FaultBoard } from './faults/fault-board.ts';
import type { Instruments, Measured } from './faults/instruments.ts';
import { garbled, type WireFaults, wireFaults } from './faults/wire-faults.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Session } from './session.ts';
import type { CampusTruth } from './signals/campus-truth.ts';
import { drawFrom, keyOf, noise } from './signals/noise.ts';

export interface ReporterOptions {
  readonly device: DeviceConfig;
  readonly talker: Talker;
  readonly session: Session;
  readonly seed: number;
  readonly truth: CampusTruth;
  readonly board: FaultBoard;
  readonly instruments: Instruments;
  readonly ledger: Ledger;
}

export interface Reporter {
  readonly device: DeviceConfig;
  /** Reports when an interval is over or a door has moved. */
  tick(at: number): void;
  /** Reports now, whether due or not. */
  report(at: number): void;
  /** Takes a message on a topic the device listens to. Answers are not in the ledger: when to ask is the gateway's choice. */
  hear(payload: Buffer, at: number): void;
}

/** Unacknowledged messages a device keeps; what comes after is lost, as in a device with little memory. */
const MAX_PENDING = 32;
const MAX_PENDING_IN_FLOOD = 1_000;
/** A device that was not yet switched on, or is dead, measures nothing; its first connection switches it on. */
const OFF = 0;
const MAX_FLOOD_PER_TICK = 250;

export function createReporter(options: ReporterOptions): Reporter {
  const { device, talker, session, seed, truth, board, instruments, ledger } = options;
  const intervalMs = device.intervalS * 1_000;
  const phase = noise(seed, keyOf(device.id), 11) * intervalMs;
  const draw = drawFrom(seed ^ keyOf(device.id));
  let due = OFF;
  let reportedAt = 0;
  let doorWas: boolean | undefined;
  let floodedUntil = 0;

  const nextDue = (at: number): number => (Math.floor((at - phase) / intervalMs) + 1) * intervalMs + phase;

  const send = (at: number, measured: Measured, wire: WireFaults, quiet: boolean): void => {
    const ts = at + wire.skewMs;
    const entry = {
      device: device.id,
      at,
      ts: wire.skewMs === 0 ? undefined : ts,
      ...measured,
      fault: wire.names,
      quiet,
    };
    const room = wire.floodPerSecond > 0 ? MAX_PENDING_IN_FLOOD : MAX_PENDING;
    const lost = !session.isConnected() || session.pending() >= room || draw() < wire.dropShare;
    if (lost) {
      ledger.record({ ...entry, published: false });
      return;
    }
    const broken = draw() < wire.garbleShare;
    const messages = talker.says(measured.sent, ts).map((m) => (broken ? garbled(m, draw) : m));
    deliver(session, messages, (arrived) => ledger.record({ ...entry, published: arrived && !broken }));
  };
  const report = (at: number): void => {
    // A change and an interval's end in the same instant are one measurement.
    if (talker.onlyAnswers === true || board.isDead(device.id) || at <= reportedAt) return;
    reportedAt = at;
    due = nextDue(at);
    send(at, instruments.measure(device, at), wireFaults(board.of(device.id)), false);
  };
  const flood = (at: number, wire: WireFaults): void => {
    const from = Math.max(floodedUntil, reportedAt, at - 1_000);
    // One millisecond each, and neither the first nor the last of the stretch: no two messages carry the same time.
    const count = Math.min(MAX_FLOOD_PER_TICK, at - from - 1, Math.floor(((at - from) * wire.floodPerSecond) / 1_000));
    if (count <= 0) return;
    floodedUntil = at;
    const measured = instruments.measure(device, at);
    for (let i = 0; i < count; i += 1)
      send(Math.floor(from + ((at - from) * (i + 1)) / (count + 1)), measured, wire, true);
  };

  const hear = (payload: Buffer, at: number): void => {
    const wire = wireFaults(board.of(device.id));
    if (board.isDead(device.id) || draw() < wire.dropShare) return;
    const broken = draw() < wire.garbleShare;
    const { sent } = instruments.measure(device, at);
    for (const answer of talker.hears?.(payload, sent, at + wire.skewMs) ?? [])
      session.publish(broken ? garbled(answer, draw) : answer, () => undefined);
  };

  return {
    device,
    report,
    hear,
    tick: (at) => {
      if (board.isDead(device.id)) due = OFF;
      if (due === OFF) return;
      const wire = wireFaults(board.of(device.id));
      if (wire.floodPerSecond > 0) flood(at, wire);
      else floodedUntil = at;
      const doorIs = device.kind === 'door' ? truth.doorOpen(device.id, at) : undefined;
      const moved = doorWas !== undefined && doorIs !== doorWas;
      doorWas = doorIs;
      if (moved || at >= due) report(at);
    },
  };
}

/** @param done true when every message arrived. */
function deliver(session: Session, messages: readonly Message[], done: (arrived: boolean) => void): void {
  let left = messages.length;
  let arrived = true;
  for (const message of messages) {
    session.publish(message, (acknowledged) => {
      arrived &&= acknowledged;
      left -= 1;
      if (left === 0) done(arrived);
    });
  }
}
