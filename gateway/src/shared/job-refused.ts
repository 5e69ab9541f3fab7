/** Why work that was asked for was not done: a sentence for whoever asked, and what an answer over HTTP says of it. */
export class JobRefused extends Error {
  readonly reason: 'busy' | 'too-long' | 'too-large' | 'gone' | 'closed';
  /** 503: the same may succeed later; 422: it never will. */
  readonly status: 422 | 503;
  readonly zh: string;
  constructor(reason: JobRefused['reason'], zh: string, en: string) {
    super(en);
    this.name = 'JobRefused';
    this.reason = reason;
    this.zh = zh;
    this.status = reason === 'too-long' || reason === 'too-large' ? 422 : 503;
  }
}

export const busy = (waiting: number): JobRefused =>
  new JobRefused(
    'busy',
    `网关正忙：已有 ${waiting} 项检查或计算在排队，请过一会儿再试。`,
    `The gateway is busy: ${waiting} checks or calculations are waiting already; try again in a moment.`,
  );

export const tooLong = (limitMs: number): JobRefused =>
  new JobRefused(
    'too-long',
    `这项工作超过了 ${limitMs / 1_000} 秒，已经停止；请缩小范围或减少内容后再试。`,
    `This took more than ${limitMs / 1_000} s and was ended; ask for less, or send less at a time.`,
  );

export const tooLarge = (limitMiB: number): JobRefused =>
  new JobRefused(
    'too-large',
    `这项工作需要的内存超过了 ${limitMiB} MiB，已经停止；请缩小范围或减少内容后再试。`,
    `This needed more than ${limitMiB} MiB of memory and was ended; ask for less, or send less at a time.`,
  );

export const gone = (): JobRefused =>
  new JobRefused('gone', '请求已经取消。', 'Whoever asked has gone, so the work was ended.');

export const closed = (): JobRefused =>
  new JobRefused('closed', '网关正在停止，请稍后再试。', 'The gateway is stopping; try again later.');
