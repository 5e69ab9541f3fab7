/** What asking over serial lines has to tell: each cause once, and counts of everything. */
import { exceptionName, type ModbusRead } from './modbus/modbus-frame.ts';
import type { LinePlan, PolledDevice } from './poll-plan.ts';

export interface PollCounters {
  requests: number;
  answers: number;
  timeouts: number;
  /** Answers by which a device refuses. */
  exceptions: number;
  /** Answers to what is no longer asked, and repetitions. */
  late: number;
  /** Answers that were taken for repetitions until they came again. */
  doubtful: number;
  /** Answers that nobody asked for and that say too little to be used. */
  stray: number;
  /** Answers with a wrong checksum. */
  damaged: number;
  /** Requests that nobody was there to receive. */
  unheard: number;
  /** Rounds left out because the line was slower than its devices' intervals. */
  skipped: number;
}

export function newPollCounters(): PollCounters {
  return {
    ...{ requests: 0, answers: 0, timeouts: 0, exceptions: 0, late: 0 },
    ...{ doubtful: 0, stray: 0, damaged: 0, unheard: 0, skipped: 0 },
  };
}

export interface PollNotice {
  readonly level: 'info' | 'warn';
  readonly line: string;
  readonly device?: string;
  readonly text: string;
}

export interface PollNews {
  silent(line: LinePlan, device: PolledDevice): void;
  answersAgain(line: LinePlan, device: PolledDevice): void;
  unheard(line: LinePlan): void;
  heardAgain(line: LinePlan): void;
  refused(line: LinePlan, device: PolledDevice, read: ModbusRead, exception: number): void;
  tooSlow(line: LinePlan): void;
  /** What is new since the last call. */
  take(): readonly PollNotice[];
}

const MAX_WAITING = 100;
const MAX_TOLD = 10_000;

export function createPollNews(): PollNews {
  let waiting: PollNotice[] = [];
  const told = new Set<string>();
  const tell = (level: PollNotice['level'], { up }: LinePlan, text: string, device?: PolledDevice): void => {
    if (waiting.length < MAX_WAITING)
      waiting.push({ level, line: up, text, ...(device === undefined ? {} : { device: device.id }) });
  };
  const once = (key: string): boolean => {
    if (told.has(key)) return false;
    if (told.size >= MAX_TOLD) told.clear();
    told.add(key);
    return true;
  };
  return {
    silent: (line, device) =>
      tell('warn', line, `${device.id} does not answer on ${line.down}; it is asked more rarely`, device),
    answersAgain: (line, device) => tell('info', line, `${device.id} answers again`, device),
    unheard: (line) => tell('warn', line, `nobody is subscribed to ${line.down}: its devices cannot be asked`),
    heardAgain: (line) => tell('info', line, `${line.down} has a subscriber again`),
    refused(line, device, { function: code, register }, exception) {
      if (!once(`${line.up} ${device.id} ${code} ${register} ${exception}`)) return;
      const what = `function ${code}, register 0x${register.toString(16)}`;
      tell('warn', line, `${device.id} refuses ${what}: ${exceptionName(exception)} (${exception})`, device);
    },
    tooSlow(line) {
      if (once(`${line.up} slow`))
        tell('warn', line, `${line.up} is slower than its devices' intervalS: rounds are left out`);
    },
    take() {
      const news = waiting;
      waiting = [];
      return news;
    },
  };
}
