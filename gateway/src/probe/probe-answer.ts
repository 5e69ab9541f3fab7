/** What one question to a device brought. A device that does not answer is a value, never a throw. */
import type { Text } from '#contract/enums.ts';

export type ProbeAnswer =
  | {
      readonly ok: true;
      /** What it said, in words. */
      readonly said: Text;
      /** Its clock at the middle of the exchange minus ours, seconds; undefined when it told no time. */
      readonly clockSkewS?: number | undefined;
    }
  | { readonly ok: false; readonly why: ProbeFailure; readonly said: Text };

/**
 * `unreachable`: the network says that nobody has the address, or that there is no way to it.
 * `no-connect`: not a word from anybody. The rest proves that something on the address lives, or lived a moment ago:
 * `refused`, `stalled` (accepted, then no whole answer), `closed`, `wrong-answer`, `too-large`, `wants-tls` (it speaks
 * TLS where we did not), `no-tls` (it does not where we did).
 */
export type ProbeFailure =
  | 'unreachable'
  | 'no-connect'
  | 'refused'
  | 'stalled'
  | 'closed'
  | 'wrong-answer'
  | 'too-large'
  | 'wants-tls'
  | 'no-tls';

/** Whether the network brought anything back at all. A probe that heard something speaks for our own side too. */
export function heardSomething(answer: ProbeAnswer): boolean {
  return answer.ok || (answer.why !== 'unreachable' && answer.why !== 'no-connect');
}

const UNREACHABLE = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'EADDRNOTAVAIL', 'EAI_AGAIN']);
const SILENT = new Set(['ETIMEDOUT', 'ENOTFOUND']);

/** What an error of a socket means. @param connected whether the other side had accepted */
export function failureOf(error: NodeJS.ErrnoException, connected: boolean): ProbeFailure {
  const code = error.code ?? '';
  if (UNREACHABLE.has(code)) return 'unreachable';
  if (code === 'ECONNREFUSED') return 'refused';
  if (code.startsWith('HPE_')) return 'wrong-answer';
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return 'no-tls';
  if (SILENT.has(code) && !connected) return 'no-connect';
  return connected || code === 'ECONNRESET' || code === 'EPIPE' ? 'closed' : 'no-connect';
}

const WORDS: Readonly<Record<ProbeFailure, Text>> = {
  unreachable: { zh: '网络不可达', en: 'the network has no way to it' },
  'no-connect': { zh: '没有任何回应', en: 'nothing answers' },
  refused: { zh: '端口没有开', en: 'the port is closed' },
  stalled: { zh: '端口开着，但没有应答', en: 'the port is open, but it does not answer' },
  closed: { zh: '端口开着，但连接被断开', en: 'the port is open, but it hangs up' },
  'wrong-answer': { zh: '端口开着，但应答的不是它', en: 'the port is open, but what answers is something else' },
  'too-large': { zh: '应答过长', en: 'the answer has no end' },
  'wants-tls': { zh: '端口开着，只收 https：请写 tls: true', en: 'the port is open, and wants https: write tls: true' },
  'no-tls': {
    zh: '端口开着，但不是 https：请去掉 tls，或改成它的 https 端口',
    en: 'the port is open, but it speaks no https: leave tls out, or give its https port',
  },
};

/** @param asked what was asked, such as `ONVIF 80` */
export function failed(asked: string, why: ProbeFailure, detail = ''): ProbeAnswer {
  const { zh, en } = WORDS[why];
  const more = detail === '' ? '' : ` (${detail.slice(0, 80)})`;
  return { ok: false, why, said: { zh: `${asked}：${zh}${more}`, en: `${asked}: ${en}${more}` } };
}
