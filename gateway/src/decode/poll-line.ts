/**
 * One serial line: half duplex, so one request is open at a time; what comes back is matched with it. Pure: `at` is
 * monotonic ms, and the only clock. Nothing but requests to read is ever sent.
 */
import type { OutMessage } from '../shared/out-message.ts';
import { scanAnswers } from './modbus/answer-scan.ts';
import { createInFlight } from './modbus/in-flight.ts';
import { MAX_FRAME, type ModbusAnswer, type ModbusRead, parseAnswer } from './modbus/modbus-frame.ts';
import { isOwned, readOwners, unasked } from './modbus/unasked-answer.ts';
import type { PollCounters, PollNews } from './poll-news.ts';
import type { LinePlan, PolledDevice } from './poll-plan.ts';
import { createRounds, type StepState, type Turn } from './poll-rounds.ts';
import type { PollStep } from './poll-steps.ts';

/** An answer and whose it is; `data` undefined where the device refused. */
export interface LineAnswer {
  /** Index of the device in the plan. */
  readonly device: number;
  readonly read: ModbusRead;
  readonly data: Buffer | undefined;
}

export interface LineNote {
  readonly reason: 'bad-payload' | 'unknown-device';
  readonly detail: string;
  readonly address: string | undefined;
}

export interface LineRead {
  readonly answers: readonly LineAnswer[];
  readonly notes: readonly LineNote[];
  /** There are bytes that are not of Modbus: other protocols of the line may have them. */
  readonly isForeign: boolean;
}

export interface PollLine {
  readonly plan: LinePlan;
  /** @param send @returns whether anybody is there to receive it */
  run(at: number, send: (message: OutMessage) => boolean): void;
  read(payload: Buffer): LineRead;
  /** These devices of other protocols have answered. */
  heard(ids: ReadonlySet<string>): void;
  isOpen(): boolean;
  /** When `run` has something to do; 0: as soon as possible. */
  wakeAt(): number;
}

interface Open {
  readonly turn: Turn;
  readonly device: PolledDevice;
  readonly step: PollStep;
  readonly deadline: number;
  /** The meter is being selected; the request itself follows its acknowledgement. */
  readonly isSelecting: boolean;
}

/** How soon a line that nobody listened on is tried again. */
const UNHEARD_MS = 1_000;
/** Pieces of one answer come within this time where no request says how long they may take. */
const PIECES_MS = 2_000;
const ACKNOWLEDGED = 0xe5;
const MISSES_TOLD = 3;
/** More than this is no answer in pieces. */
const MAX_GATHERED = 4 * MAX_FRAME;

export function createPollLine(plan: LinePlan, at: number, counters: PollCounters, news: PollNews): PollLine {
  const rounds = createRounds(plan.devices, at);
  const inFlight = createInFlight();
  const owners = readOwners(plan);
  const isMixed = plan.devices.some(({ modbus }) => modbus === undefined);
  const lateMs = Math.max(0, ...plan.devices.map(({ timing }) => timing.lateMs));
  let now = at;
  let open: Open | undefined;
  let selected: Turn | undefined;
  let readyAt = at;
  let wake = 0;
  let isUnheard = false;
  let pieces: { readonly bytes: Buffer; readonly at: number } | undefined;

  const deviceOf = ({ device, step }: Turn): { device: PolledDevice; step: PollStep } | undefined => {
    const polled = plan.devices[device];
    const asked = polled?.steps[step];
    return polled === undefined || asked === undefined ? undefined : { device: polled, step: asked };
  };
  const stateOf = (turn: Turn): StepState => {
    const asked = deviceOf(turn);
    if (asked?.step.read === undefined || asked.device.unit === undefined) return 'free';
    return inFlight.stateOf({ unit: asked.device.unit, read: asked.step.read });
  };
  const close = (done: Open): void => {
    open = undefined;
    readyAt = now + done.device.timing.pauseMs;
    wake = 0;
  };
  const settle = (done: Open): void => {
    if (rounds.misses(done.turn.device) >= MISSES_TOLD) news.answersAgain(plan, done.device);
    rounds.answered(done.turn, now);
    counters.answers += 1;
    close(done);
  };
  const timeOut = (done: Open): void => {
    counters.timeouts += 1;
    inFlight.timedOut(now + done.device.timing.lateMs);
    rounds.timedOut(done.turn, now);
    if (rounds.misses(done.turn.device) === MISSES_TOLD) news.silent(plan, done.device);
    pieces = undefined;
    close(done);
  };
  const ask = (turn: Turn, isSelected: boolean, send: (message: OutMessage) => boolean): void => {
    const asked = deviceOf(turn);
    if (asked === undefined || plan.down === undefined) return;
    const { device, step } = asked;
    const isSelecting = step.select !== undefined && !isSelected;
    const payload = isSelecting ? step.select : step.bytes;
    if (!send({ topic: plan.down, payload })) {
      counters.unheard += 1;
      if (!isUnheard) news.unheard(plan);
      isUnheard = true;
      inFlight.extend(now + lateMs);
      wake = now + UNHEARD_MS;
      return;
    }
    if (isUnheard) {
      isUnheard = false;
      rounds.restart(now);
      news.heardAgain(plan);
    }
    counters.requests += 1;
    open = { turn, device, step, isSelecting, deadline: now + device.timing.timeoutMs };
    pieces = undefined;
    if (step.read !== undefined && device.unit !== undefined) inFlight.sent({ unit: device.unit, read: step.read });
    else inFlight.sentOther();
  };

  const attribute = (answer: ModbusAnswer, frame: Buffer): LineAnswer | LineNote | undefined => {
    const match = inFlight.match(answer, frame, now, lateMs, open?.deadline ?? now);
    const asked = open;
    const read = asked?.step.read;
    if (match === 'answer' && asked !== undefined && read !== undefined) {
      settle(asked);
      if (answer.data === undefined) {
        counters.exceptions += 1;
        news.refused(plan, asked.device, read, answer.exception);
      }
      return { device: asked.turn.device, read, data: answer.data };
    }
    if (match === 'late' || match === 'doubtful') {
      counters[match] += 1;
      return undefined;
    }
    const found = unasked(owners, answer, asked === undefined);
    if ('reason' in found) {
      counters.stray += 1;
      return found;
    }
    return { ...found, data: answer.data };
  };
  const gather = (payload: Buffer): Buffer => {
    const isFresh = pieces !== undefined && (open !== undefined || now - pieces.at <= PIECES_MS);
    const bytes = isFresh && pieces !== undefined ? Buffer.concat([pieces.bytes, payload]) : payload;
    return bytes.subarray(-MAX_GATHERED);
  };

  return {
    plan,
    run(at, send) {
      now = at;
      if (plan.down === undefined || at < wake) return;
      inFlight.expire(at);
      if (open !== undefined && at >= open.deadline) timeOut(open);
      if (open !== undefined || at < readyAt) return;
      const following = selected;
      selected = undefined;
      const turn = following ?? rounds.next(at, stateOf);
      if (turn !== undefined) ask(turn, following !== undefined, send);
      else wake = Math.min(rounds.nextAt(at), inFlight.nextExpiry());
      const skipped = rounds.takeSkipped();
      counters.skipped += skipped;
      if (skipped > 0) news.tooSlow(plan);
    },
    read(payload) {
      if (open?.isSelecting === true && payload.includes(ACKNOWLEDGED)) {
        selected = open.turn;
        close(open);
        return NOTHING;
      }
      const isOthers = open !== undefined && open.step.read === undefined;
      const bytes = gather(payload);
      const scan = scanAnswers(bytes, {
        request: open === undefined ? undefined : open.isSelecting ? open.step.select : open.step.bytes,
        isAwaited: (unit, code, count) => inFlight.isAwaited(unit, code, count) || isOwned(owners, unit, code, count),
      });
      pieces = scan.keptFrom === undefined ? undefined : { bytes: Buffer.from(bytes.subarray(scan.keptFrom)), at: now };
      if (scan.frames.length > 0) wake = 0;
      const found = scan.frames.flatMap((frame) => attribute(parseAnswer(frame), frame) ?? []);
      const notes = found.filter((one): one is LineNote => 'reason' in one);
      if (scan.damage !== 'none') {
        counters.damaged += 1;
        notes.push({ reason: 'bad-payload', detail: DAMAGE[scan.damage], address: undefined });
      }
      const isMine = scan.frames.length + scan.echoes > 0 || scan.keptFrom !== undefined || scan.damage !== 'none';
      return {
        answers: found.filter((one): one is LineAnswer => 'device' in one),
        notes,
        isForeign: !isMine || (isMixed && (isOthers || scan.noise > 0)),
      };
    },
    heard(ids) {
      if (open !== undefined && open.step.read === undefined && ids.has(open.device.id)) settle(open);
    },
    isOpen: () => open !== undefined,
    wakeAt: () => (plan.down === undefined ? Number.POSITIVE_INFINITY : Math.max(wake, open?.deadline ?? readyAt)),
  };
}

const NOTHING: LineRead = { answers: [], notes: [], isForeign: false };
const DAMAGE = {
  checksum: 'a Modbus answer with a wrong checksum: noise on the line, or the wrong baud rate or parity',
  swapped: 'a Modbus answer whose two checksum bytes are the wrong way round',
} as const;
