/** A certificate as a camera makes one for itself: nobody signed it but the camera, and it is long out of date. */
import { generateKeyPairSync, sign } from 'node:crypto';

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
const sequence = (...contents: readonly Buffer[]): Buffer => der(0x30, ...contents);
const text = (tag: number, value: string): Buffer => der(tag, Buffer.from(value));
const [UTC_TIME, UTF8, SET, INTEGER, BIT_STRING] = [0x17, 0x0c, 0x31, 0x02, 0x03];
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const ECDSA_WITH_SHA256 = sequence(Buffer.from('06082a8648ce3d040302', 'hex'));

export function ownCertificate(): { readonly key: string; readonly cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name = sequence(der(SET, sequence(COMMON_NAME, text(UTF8, 'IPC'))));
  const body = sequence(
    der(INTEGER, Buffer.from([1])),
    ...[ECDSA_WITH_SHA256, name],
    sequence(text(UTC_TIME, '000101000000Z'), text(UTC_TIME, '010101000000Z')),
    ...[name, publicKey.export({ type: 'spki', format: 'der' })],
  );
  const signature = sign('sha256', body, privateKey);
  const whole = sequence(body, ECDSA_WITH_SHA256, der(BIT_STRING, Buffer.from([0]), signature));
  const lines = whole.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}
