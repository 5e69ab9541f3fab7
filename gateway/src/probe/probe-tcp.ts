/** TCP connect: somebody accepts on the port. Who that is, it does not say. */
import { askTcp } from './ask-tcp.ts';
import { failed, type ProbeAnswer } from './probe-answer.ts';

export async function probeTcp(host: string, port: number, timeoutMs: number): Promise<ProbeAnswer> {
  const heard = await askTcp({ host, port, timeoutMs, maxBytes: 1, enough: () => true });
  if (!heard.ok) return failed(`TCP ${port}`, heard.why);
  return { ok: true, said: { zh: `TCP ${port}：端口开着`, en: `TCP ${port}: the port is open` } };
}
