/** Names and secrets as the config files and shells of others read them. A secret of ours is plain, a login's name may be anything. */

import { utf8Bytes } from '../utf8.ts';

/** What reads differently from one YAML or TOML reader to the next, although JSON leaves it alone. */
const unsafe = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A double-quoted scalar of YAML 1.1 and 1.2, which is JSON too. */
export function yamlText(text: string): string {
  return JSON.stringify(text).replace(unsafe, escaped);
}

/** A basic string of TOML. `$` is escaped: ChirpStack and Telegraf replace `$NAME` before they read the file as TOML. */
export function tomlText(text: string): string {
  return yamlText(text).replaceAll('$', '\\u0024');
}

/** Frigate fills `{NAME}` from its environment; doubled braces stay braces. */
export function frigateText(text: string): string {
  return yamlText(text.replaceAll('{', '{{').replaceAll('}', '}}'));
}

/** One word of a POSIX shell. */
export function shellText(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A value of flashmq.conf, where spaces separate values and a backslash may stand before a quote or itself only. */
export function flashmqText(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** A string of C, C++ and Arduino sketches; what is not ASCII is written as bytes in octal, which no following sign can join. */
export function cText(text: string): string {
  const bytes = utf8Bytes(text).map((byte) => {
    const sign = String.fromCharCode(byte);
    // `??` begins a trigraph for old compilers.
    return byte < 0x20 || byte > 0x7e || sign === '"' || sign === '\\' || sign === '?'
      ? `\\${byte.toString(8).padStart(3, '0')}`
      : sign;
  });
  return `"${bytes.join('')}"`;
}

/** `host:port`, an IPv6 address in brackets. */
export function hostPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
