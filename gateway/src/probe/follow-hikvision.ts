/**
 * The event stream of one Hikvision recorder or camera: a GET that never ends, opened again with growing pauses. A stream
 * that is open and silent proves nothing either way, for newer firmware sends no heartbeats
 * (https://github.com/home-assistant/core/issues/82767): the probe of the same device decides then. Beside it the
 * recorder is asked from time to time which of its channels are there, because the stream only tells of changes.
 */
import type { IncomingMessage } from 'node:http';
import type { Text } from '#contract/enums.ts';
import { askHttp } from './ask-http.ts';
import { createEventDocuments } from './event-documents.ts';
import { createHttpLogin, type ProbeCredential } from './http-login.ts';
import { openHttp } from './open-http.ts';
import { failureOf } from './probe-answer.ts';

export interface HikvisionTarget {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly timeoutMs: number;
  readonly credential: ProbeCredential;
  /** Without TLS the password may go in clear, to a recorder that knows no Digest. */
  readonly basic: boolean;
  /** How often it is asked for its channels, ms. */
  readonly channelsEveryMs: number;
}

export interface HikvisionNews {
  /** One XML document; `path` is where it came from. */
  document(path: string, body: Buffer): void;
  /** Whether events come in now, in words; told when it changes. */
  state(open: boolean, said: Text): void;
}

export interface Following {
  close(): void;
}

export const STREAM_PATH = '/ISAPI/Event/notification/alertStream';
export const CHANNELS_PATH = '/ISAPI/ContentMgmt/InputProxy/channels/status';

const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;
/** A few wrong passwords lock the account for half an hour, for the people who need it too. */
const REFUSED_PAUSE_MS = 600_000;
/** A recorder without channels to ask for, a camera for instance, is not asked again for so long. */
const NO_CHANNELS_PAUSE_MS = 3_600_000;
/** Nothing at all for so long: the other end may be gone without a word. Opening anew costs nothing. */
const IDLE_MS = 600_000;
const MAX_CHANNELS_BYTES = 65_536;

type Ended = { readonly pauseMs: number | undefined; readonly said: Text };

/** @param random 0 ≤ x < 1, for the jitter of the pauses */
export function followHikvision(target: HikvisionTarget, news: HikvisionNews, random = Math.random): Following {
  const login = createHttpLogin(target.credential, target.tls || target.basic);
  let closed = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;

  const again = ({ pauseMs, said }: Ended): void => {
    abort = undefined;
    if (closed) return;
    news.state(false, said);
    const growing = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
    failures += 1;
    timer = setTimeout(() => open(), (pauseMs ?? growing) * (0.5 + random() / 2));
  };
  const open = (attempt: 1 | 2 = 1): void => {
    try {
      stream(attempt);
    } catch {
      // What a device asks for may be nothing that fits into a request.
      again({ pauseMs: REFUSED_PAUSE_MS, said: REFUSED });
    }
  };
  const stream = (attempt: 1 | 2): void => {
    let settled = false;
    const settle = (then: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(limit);
      sent.destroy();
      then();
    };
    const sent = openHttp(
      { ...target, method: 'GET', path: STREAM_PATH, headers: headersFor(STREAM_PATH) },
      (response) => {
        clearTimeout(limit);
        if (response.statusCode === 401 && attempt === 1) {
          const challenged = login.challenged(response.headers['www-authenticate']);
          if (challenged === 'login') return settle(() => open(2));
          if (challenged === 'basic-in-clear')
            return settle(() => again({ pauseMs: REFUSED_PAUSE_MS, said: BASIC_IN_CLEAR }));
        }
        if (response.statusCode !== 200) return settle(() => again(refusal(response)));
        news.state(true, OPEN);
        read(response, () => settle(() => again({ pauseMs: undefined, said: CLOSED })));
      },
    );
    const limit = setTimeout(() => settle(() => again({ pauseMs: undefined, said: SILENT })), target.timeoutMs);
    sent.on('socket', (socket) => socket.setKeepAlive(true, 30_000));
    sent.on('error', (error) => settle(() => again({ pauseMs: undefined, said: noWay(error) })));
    abort = () => settle(() => {});
  };
  const read = (response: IncomingMessage, end: () => void): void => {
    const documents = createEventDocuments();
    const idle = setTimeout(end, IDLE_MS);
    response.on('data', (piece: Buffer) => {
      idle.refresh();
      for (const body of documents.push(piece)) {
        failures = 0;
        news.document(STREAM_PATH, body);
      }
    });
    response.on('error', end);
    response.on('close', () => {
      clearTimeout(idle);
      end();
    });
  };
  const refusal = (response: IncomingMessage): Ended => {
    login.forget();
    const status = response.statusCode ?? 0;
    const isRedirect = status >= 300 && status < 400;
    if (isRedirect && /^https:/i.test(response.headers.location ?? ''))
      return { pauseMs: REFUSED_PAUSE_MS, said: WANTS_TLS };
    if (status === 401 || status === 403) return { pauseMs: REFUSED_PAUSE_MS, said: REFUSED };
    return { pauseMs: status === 404 ? REFUSED_PAUSE_MS : undefined, said: notIsapi(status) };
  };
  const headersFor = (path: string): Record<string, string> => {
    const authorization = login.authorize('GET', path);
    return authorization === undefined ? {} : { authorization };
  };

  const channels = followChannels(target, (body) => news.document(CHANNELS_PATH, body));
  open();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      abort?.();
      channels.close();
    },
  };
}

/** Asks which channels are there. A login of its own: two requests at a time would mix up one nonce's count. */
function followChannels(target: HikvisionTarget, document: (body: Buffer) => void): Following {
  const { channelsEveryMs, timeoutMs } = target;
  const login = createHttpLogin(target.credential, target.tls || target.basic);
  let closed = false;
  let timer: NodeJS.Timeout;
  const ask = async (attempt: 1 | 2): Promise<number> => {
    const authorization = login.authorize('GET', CHANNELS_PATH);
    const headers = authorization === undefined ? {} : { authorization };
    const heard = await askHttp({
      ...{ ...target, timeoutMs, headers, method: 'GET', path: CHANNELS_PATH, maxBytes: MAX_CHANNELS_BYTES },
      enough: ({ body }) => body.includes('</InputProxyChannelStatusList>'),
    });
    if (!heard.ok) return channelsEveryMs;
    const asks = heard.status === 401 && attempt === 1 && login.challenged(heard.headers['www-authenticate']);
    if (asks === 'login') return ask(2);
    if (heard.status !== 200) {
      login.forget();
      return NO_CHANNELS_PAUSE_MS;
    }
    if (!closed && heard.body.includes('<InputProxyChannelStatusList')) document(heard.body);
    return channelsEveryMs;
  };
  const round = async (): Promise<void> => {
    const pauseMs = await ask(1);
    if (!closed) timer = setTimeout(round, pauseMs);
  };
  timer = setTimeout(round, 0);
  return {
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

const OPEN: Text = { zh: '事件流已连接', en: 'event stream open' };
const CLOSED: Text = { zh: '事件流被断开，稍后重连', en: 'event stream closed; opened again shortly' };
const SILENT: Text = { zh: '事件流没有应答，稍后重连', en: 'event stream: no answer; tried again shortly' };
const REFUSED: Text = {
  zh: '事件流：用户名或密码不对，或没有权限；10 分钟后再试，以免账号被锁',
  en: 'event stream: wrong user or password, or not allowed; tried again in 10 minutes, so that the account is not locked',
};
const BASIC_IN_CLEAR: Text = {
  zh: '事件流：设备要求以明文发送口令（HTTP Basic），没有发送；请在设备上打开摘要（Digest）认证，或写 tls: true',
  en: 'event stream: the device wants the password in clear (HTTP Basic), which was not sent; enable Digest on the device, or set tls: true',
};
const WANTS_TLS: Text = {
  zh: '事件流：设备要求 https，请在 probe.hikvision 里写 tls: true',
  en: 'event stream: this device wants https: write tls: true under probe.hikvision',
};
const notIsapi = (status: number): Text => ({
  zh: `事件流：设备返回 HTTP ${status}，可能不支持 ISAPI`,
  en: `event stream: the device says HTTP ${status}; it may not know ISAPI`,
});
function noWay(error: NodeJS.ErrnoException): Text {
  const why = failureOf(error, false);
  return { zh: `事件流连不上（${error.code ?? why}）`, en: `event stream: cannot connect (${error.code ?? why})` };
}
