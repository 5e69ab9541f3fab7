/**
 * Which request an answer belongs to. An answer says unit, function and how many bytes, not which registers: so an
 * answer that is overdue, or comes twice, could be taken for that of another request. What keeps them apart:
 *
 * - A device answers in the order it was asked, and nothing overtakes on a line: the oldest unanswered request of that
 *   shape is the one that is answered, and older ones of the same device will not be any more.
 * - While an answer may still be overdue, nothing else of the same shape is asked of that device (`isBlocked`).
 * - Bytes that just were the answer about other registers are doubted until they come again.
 */
import { dataBytes, type ModbusAnswer, type ModbusRead } from './modbus-frame.ts';

export interface SentRead {
  readonly unit: number;
  readonly read: ModbusRead;
}

interface Overdue extends SentRead {
  until: number;
}

export type Match = 'answer' | 'late' | 'doubtful' | 'stray';

export interface InFlight {
  /** From now on this is asked; what was open before is forgotten, or overdue if `timedOut` was said. */
  sent(request: SentRead): void;
  /** @param until how long its answer may still come */
  timedOut(until: number): void;
  /** Nobody got it. */
  unsent(): void;
  /**
   * @param frame the answer's bytes
   * @param repeatUntil how long what may have been a repetition keeps its successor waiting
   */
  match(answer: ModbusAnswer, frame: Buffer, now: number, lateMs: number, repeatUntil: number): Match;
  isAwaited(unit: number, code: number, bytes: number | undefined): boolean;
  isBlocked(unit: number, read: ModbusRead): boolean;
  /** Forgets what can no longer come. */
  expire(now: number): void;
  /** The DTU is away: what it holds comes when it is back. */
  extend(until: number): void;
  /** When the next block ends by itself. */
  nextExpiry(): number;
}

export function createInFlight(): InFlight {
  let open: SentRead | undefined;
  let overdue: Overdue[] = [];
  const accepted = new Map<string, { readonly key: string; readonly until: number }>();
  const doubted = new Map<string, string>();

  return {
    sent: (request) => {
      open = request;
    },
    timedOut: (until) => {
      if (open !== undefined) overdue.push({ ...open, until });
      open = undefined;
    },
    unsent: () => {
      open = undefined;
    },
    match(answer, frame, now, lateMs, repeatUntil) {
      const index = overdue.findIndex((one) => fits(one, answer));
      const request = overdue[index] ?? open;
      if (request === undefined || !fits(request, answer))
        return accepted.has(frame.toString('hex')) ? 'late' : 'stray';
      if (open === undefined || keyOf(request) !== keyOf(open)) {
        overdue = overdue.filter((one, n) => n > index || one.unit !== request.unit);
        return 'late';
      }
      const key = keyOf(open);
      const hex = frame.toString('hex');
      const before = accepted.get(hex);
      const isDoubtful = before !== undefined && before.key !== key;
      if (isDoubtful && doubted.get(key) !== hex) {
        doubted.set(key, hex);
        return 'doubtful';
      }
      if (!isDoubtful) doubted.delete(key);
      const answered = open;
      const isOlder = index >= 0;
      overdue = overdue.filter((one, n) => one.unit !== answered.unit || (isOlder && n > index));
      // The answer of an older request, or a repetition: that of the open one may still come.
      if (isOlder) overdue.push({ ...answered, until: now + lateMs });
      else if (before !== undefined) overdue.push({ ...answered, until: repeatUntil });
      accepted.delete(hex);
      accepted.set(hex, { key, until: now + lateMs });
      open = undefined;
      return 'answer';
    },
    isAwaited: (unit, code, bytes) =>
      [...overdue, ...(open === undefined ? [] : [open])].some(
        (one) =>
          one.unit === unit &&
          (code === 0 || one.read.function === code) &&
          (bytes === undefined || dataBytes(one.read) === bytes),
      ),
    isBlocked: (unit, read) =>
      overdue.some((one) => one.unit === unit && sameShape(one.read, read) && one.read.register !== read.register),
    expire(now) {
      if (overdue.some(({ until }) => until <= now)) overdue = overdue.filter(({ until }) => until > now);
      for (const [hex, { until }] of accepted) {
        if (until > now) break;
        accepted.delete(hex);
      }
    },
    extend(until) {
      for (const one of overdue) one.until = Math.max(one.until, until);
    },
    nextExpiry: () => Math.min(Number.POSITIVE_INFINITY, ...overdue.map(({ until }) => until)),
  };
}

function fits({ unit, read }: SentRead, answer: ModbusAnswer): boolean {
  if (unit !== answer.unit || read.function !== answer.function) return false;
  return answer.data === undefined || answer.data.length === dataBytes(read);
}

const sameShape = (a: ModbusRead, b: ModbusRead): boolean => a.function === b.function && dataBytes(a) === dataBytes(b);

const keyOf = ({ unit, read }: SentRead): string => `${unit} ${read.function} ${read.register} ${read.count}`;
