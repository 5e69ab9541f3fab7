/** What the person with the DTU in hand has to change; the client itself is told a return code and nothing else. */
import type { RefusalReason } from './counters.ts';

const HINTS: Partial<Record<RefusalReason, string>> = {
  'bad-credentials':
    '用户名或口令不对，或不在 devices.yaml 里 / username or password is wrong, or devices.yaml does not have it',
  'client-id':
    '客户端 ID 要与用户名相同，或为“用户名.任意” / the client id has to be the username, or username.anything',
  keepalive:
    '心跳（keepalive）要在 1 秒到 gateway.yaml 的 mqtt.keepaliveS（默认 300）之间 / the keepalive has to be 1 second to mqtt.keepaliveS of gateway.yaml (300)',
  'persistent-session': '保留会话已满 / there is no room for another session that stays',
  will: '遗嘱主题不在它可用的主题之内 / the topic of its will is not among those it may use',
};

/** A sentence for the log. */
export function refusalHint(reason: RefusalReason): string {
  const hint = HINTS[reason];
  return hint === undefined ? 'connection refused' : `connection refused: ${hint}`;
}
