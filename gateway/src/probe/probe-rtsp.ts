/** RTSP OPTIONS (RFC 2326, 10.1): any RTSP status line, 401 included, shows that the video service is up. */
import { askTcp } from './ask-tcp.ts';
import { failed, type ProbeAnswer } from './probe-answer.ts';

export interface RtspTarget {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly timeoutMs: number;
}

const MAX_BYTES = 4_096;
const STATUS_LINE = /^RTSP\/\d\.\d (\d{3})/;

export async function probeRtsp({ host, port, path, timeoutMs }: RtspTarget): Promise<ProbeAnswer> {
  const asked = `RTSP ${port}`;
  const authority = host.includes(':') ? `[${host}]` : host;
  const heard = await askTcp({
    ...{ host, port, timeoutMs, maxBytes: MAX_BYTES },
    say: `OPTIONS rtsp://${authority}:${port}${path} RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: houqin\r\n\r\n`,
    enough: (bytes) => bytes.includes('\n'),
  });
  const status = STATUS_LINE.exec(heard.bytes.toString('latin1', 0, 64))?.[1];
  if (heard.ok && status !== undefined)
    return { ok: true, said: { zh: `${asked}：在线（${status}）`, en: `${asked}: there (${status})` } };
  return failed(asked, heard.ok ? 'wrong-answer' : heard.why);
}
