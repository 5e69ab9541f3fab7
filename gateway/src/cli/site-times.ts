/** Times as people type and read them at the terminal, in the site's zone. */
import { usage } from './command-refusal.ts';
import { createRowTimes } from './row-times.ts';

/** @returns epoch ms of epoch ms, ISO 8601 with offset, or a local date or time. @throws CommandRefusal */
export function timeOption(name: string, value: string, timeZone: string, now: number): number {
  const time = createRowTimes(timeZone, now).resolve('', value);
  if (time.ok) return time.at;
  throw usage(
    `--${name} 应为 2026-10-01、2026-10-01 08:00、带时区的 ISO 8601 或毫秒时间戳，而不是 ${value}。`,
    `--${name} is like 2026-10-01, 2026-10-01 08:00, ISO 8601 with offset or epoch ms, not ${value}.`,
  );
}

/** `2026-10-01 08:00` */
export function timeText(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone, year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  return (at) => format.format(at);
}
