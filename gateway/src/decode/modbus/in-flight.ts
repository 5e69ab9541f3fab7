/**
 * Which request an answer belongs to. An answer says unit, function and how many bytes, not which registers: so an
 * answer that is overdue, or comes twice, could be taken for that of another request. What keeps them apart:
 *
 * - A device answers in the order it was asked, and nothing overtakes on a line: the oldest unanswered request of that
 *   shape is the one that is answered, and older ones of the same device will not be any more.
 * - While an answer may still be overdue, nothing else of the same shape is asked of that device (`stateOf`).
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
  /** Something is asked that is not Modbus. */
  sentOther(): void;
  /**
   * @param frame the answer's bytes
   * @param repeatUntil how long what may have been a repetition keeps its successor waiting
   */
  match(answer: ModbusAnswer, frame: Buffer, now: number, lateMs: number, repeatUntil: number): Match;
  isAwaited(unit: number, code: number, bytes: number | undefined): boolean;
  stateOf(request: SentRead): 'free' | 'blocked' | 'overdue';
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
  /** Answers of late, by their bytes: whoever sends one again has nothing new to say. */
  const seen = new Map<string, { readonly key: string; readonly until: number }>();
  const doubted = new Map<string, string>();

  const remember = (hex: string, key: string, until: number): void => {
    seen.delete(hex);
    seen.set(hex, { key, until });
  };
  return {
    sent: (request) => {
      open = request;
    },
    timedOut: (until) => {
      if (open !== undefined) overdue.push({ ...open, until });
      open = undefined;
    },
    sentOther: () => {
      open = undefined;
    },
    match(answer, frame, now, lateMs, repeatUntil) {
      const hex = frame.toString('hex');
      const before = seen.get(hex);
      const index = overdue.findIndex((one) => fits(one, answer));
      const request = overdue[index] ?? open;
      if (request === undefined || !fits(request, answer)) return before === undefined ? 'stray' : 'late';
      // A repetition says nothing about what is still to come.
      const settled = overdue.filter((one, n) => one.unit !== request.unit || (index >= 0 && n > index));
      if (before === undefined) overdue = settled;
      if (open === undefined || keyOf(request) !== keyOf(open)) {
        if (before === undefined) remember(hex, keyOf(request), now + lateMs);
        return 'late';
      }
      const key = keyOf(open);
      const isDoubtful = before !== undefined && before.key !== key;
      if (isDoubtful && doubted.get(key) !== hex) {
        doubted.set(key, hex);
        return 'doubtful';
      }
      if (!isDoubtful) doubted.delete(key);
      // The answer of an older request, or a repetition: that of the open one may still come.
      if (index >= 0) overdue.push({ ...open, until: now + lateMs });
      else if (before !== undefined) overdue.push({ ...open, until: repeatUntil });
      remember(hex, key, now + lateMs);
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
    stateOf({ unit, read }) {
      const alike = overdue.filter((one) => one.unit === unit && sameShape(one.read, read));
      if (alike.some((one) => one.read.register !== read.register)) return 'blocked';
      return alike.length > 0 ? 'overdue' : 'free';
    },
    expire(now) {
      if (overdue.some(({ until }) => until <= now)) overdue = overdue.filter(({ until }) => until > now);
      for (const [hex, { until }] of seen) {
        if (until > now) break;
        seen.delete(hex);
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
