/**
 * Bytes of a serial line that a DTU wraps into something else: hex text is unwrapped where a whole frame with right check
 * bytes comes out of it, and everything else is named, with what to change in the DTU. Pure.
 */
import { withoutEnds } from '../shared/plain-text.ts';
import { sumOf } from './codecs/serial-bytes.ts';
import { crc16 } from './modbus/crc16.ts';

const MAX_TEXT_BYTES = 2_048;
const HEX_TEXT = /^\s*(?:0x)?[0-9a-f]{2}(?:[\s,;:-]*(?:0x)?[0-9a-f]{2}){3,}[\s,;]*$/i;
const BASE64 = /^[A-Za-z0-9+/]{12,}={0,2}\s*$/;
const [PREAMBLE, START, END] = [0xfe, 0x68, 0x16];

/** @returns the bytes that hex text stands for, when they are whole frames; undefined otherwise */
export function unwrapped(payload: Buffer): Buffer | undefined {
  const bytes = fromHexText(payload);
  return bytes !== undefined && isWhole(bytes) ? bytes : undefined;
}

/** @returns what the DTU does, and what to change in it, in both languages; undefined where that cannot be seen */
export function framingHint(payload: Buffer): string | undefined {
  const bytes = fromHexText(payload);
  if (bytes !== undefined) return isWhole(bytes) || hasStart(bytes) ? HEX : HEX_OR_WORDS;
  const text = payload.toString('latin1', 0, MAX_TEXT_BYTES);
  if (/^:(?:[0-9a-f]{2}){4,}\r?\n?$/i.test(text.trimEnd())) return ASCII;
  if (isModbusTcp(payload)) return TCP;
  if (/^\s*[{[]/.test(text)) return JSON_TEXT;
  if (BASE64.test(text) && isWhole(Buffer.from(text, 'base64'))) return BASE64_TEXT;
  return /^[\x20-\x7e\s]{4,}$/.test(text) ? WORDS : undefined;
}

/** What is none of all that. */
export const NOISE = 'bytes of no protocol of this line: noise, a wrong baud rate, or heartbeat packets of the DTU';

const HEX =
  'DTU 把字节写成了十六进制文本：请在 DTU 里改成透传（原始字节，RAW） / hex text: switch the DTU to raw (transparent) bytes';
const HEX_OR_WORDS =
  '像是十六进制文本，但不是完整的帧：请在 DTU 里改成透传（原始字节，RAW），关掉文本心跳包 / this looks like hex text, but is no whole frame: switch the DTU to raw (transparent) bytes, and its heartbeat packets off';
const ASCII =
  '这是 Modbus ASCII：请把表和 DTU 改成 Modbus RTU / this is Modbus ASCII: switch meter and DTU to Modbus RTU';
const TCP =
  '这是 Modbus TCP 的帧：请在 DTU 里关掉协议转换，改成透传 / this is a Modbus TCP frame: switch the protocol conversion of the DTU off, to transparent';
const JSON_TEXT =
  'DTU 发来的是 JSON：请改成透传，或给它写一份模板 / the DTU sends JSON: switch it to transparent, or write a profile for it';
const BASE64_TEXT =
  'DTU 把字节写成了 Base64：请改成透传（原始字节） / Base64: switch the DTU to raw (transparent) bytes';
const WORDS =
  'DTU 发来的是文字（注册包或心跳包）：不影响抄表，可以在 DTU 里关掉 / the DTU sends words, such as registration or heartbeat packets: no harm to reading, and may be switched off in the DTU';

function fromHexText(payload: Buffer): Buffer | undefined {
  if (payload.length > MAX_TEXT_BYTES) return undefined;
  const text = withoutEnds(payload.toString('latin1'));
  if (!HEX_TEXT.test(text)) return undefined;
  return Buffer.from(text.replace(/0x/gi, '').replace(/[^0-9a-f]/gi, ''), 'hex');
}

const hasStart = (bytes: Buffer): boolean => bytes[firstOf(bytes)] === START;

function firstOf(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === PREAMBLE) at += 1;
  return at;
}

/** One whole frame of DL/T 645, CJ/T 188 or M-Bus, or a Modbus answer, and nothing around it but a preamble. */
function isWhole(bytes: Buffer): boolean {
  const frame = bytes.subarray(firstOf(bytes));
  if (frame[0] === START && frame.at(-1) === END && frame.length >= 9) {
    const isMbus = frame[3] === START && frame[1] === frame[2] && frame.length === (frame[1] ?? 0) + 6;
    return sumOf(frame.subarray(isMbus ? 4 : 0, -2)) === frame.at(-2);
  }
  return bytes.length >= 5 && crc16(bytes.subarray(0, -2)) === bytes.readUInt16LE(bytes.length - 2);
}

/** Transaction, protocol 0, length of what follows, unit, function. */
function isModbusTcp(bytes: Buffer): boolean {
  return bytes.length >= 9 && bytes.readUInt16BE(2) === 0 && bytes.readUInt16BE(4) === bytes.length - 6;
}
