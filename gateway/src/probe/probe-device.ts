/**
 * All questions to one device, and what they say together. It is there when at least one question that only it could
 * answer (ONVIF, RTSP) was answered rightly. An open TCP port speaks for it only where nothing better is asked, for a
 * crashed camera goes on accepting connections; where something is, the port stands in the evidence.
 */
import type { DeviceProbe } from '#contract/config/devices.ts';
import type { Text } from '#contract/enums.ts';
import { heardSomething, type ProbeAnswer } from './probe-answer.ts';
import { probeOnvif, type ReadOnvif } from './probe-onvif.ts';
import { probeRtsp } from './probe-rtsp.ts';
import { probeTcp } from './probe-tcp.ts';

export interface ProbeVerdict {
  readonly online: boolean;
  /** The network brought something back, whatever it was. */
  readonly heard: boolean;
  /** The network itself says that there is no way to the device, and nothing came back. */
  readonly unreachable: boolean;
  readonly clockSkewS: number | undefined;
  /** What each question brought, in words. */
  readonly evidence: Text;
}

const ONVIF = { port: 80, path: '/onvif/device_service' };
const RTSP = { port: 554, path: '/' };

/** @param now epoch ms */
export async function probeDevice(probe: DeviceProbe, read: ReadOnvif, now: () => number): Promise<ProbeVerdict> {
  const { host, timeoutMs, onvif, rtsp } = probe;
  const asked: Promise<ProbeAnswer>[] = [];
  if (onvif !== undefined) asked.push(probeOnvif({ host, timeoutMs, ...onvifTarget(onvif) }, read, now));
  if (rtsp !== undefined) asked.push(probeRtsp({ host, timeoutMs, ...targetOf(rtsp, RTSP) }));
  const ports = tcpPorts(probe, asked.length === 0);
  const [answers, connections] = await Promise.all([
    Promise.all(asked),
    Promise.all(ports.map((port) => probeTcp(host, port, timeoutMs))),
  ]);
  return verdictOf(answers, connections);
}

export function verdictOf(answers: readonly ProbeAnswer[], connections: readonly ProbeAnswer[]): ProbeVerdict {
  const all = [...answers, ...connections];
  const decisive = answers.length > 0 ? answers : connections;
  const heard = all.some(heardSomething);
  return {
    online: decisive.some(({ ok }) => ok),
    heard,
    unreachable: !heard && all.some((answer) => !answer.ok && answer.why === 'unreachable'),
    clockSkewS: all.flatMap((answer) => (answer.ok ? (answer.clockSkewS ?? []) : []))[0],
    evidence: {
      zh: all.map(({ said }) => said.zh).join('；'),
      en: all.map(({ said }) => said.en).join('; '),
    },
  };
}

/** A stream alone proves no death: newer firmware sends no heartbeats. Then its port is asked as well. */
function tcpPorts({ tcp, hikvision }: DeviceProbe, nothingElse: boolean): readonly number[] {
  if (tcp !== undefined) return tcp;
  return nothingElse && hikvision !== undefined ? [hikvisionPort(hikvision)] : [];
}

export function hikvisionPort({ port, tls }: NonNullable<DeviceProbe['hikvision']>): number {
  return port ?? (tls ? 443 : 80);
}

function onvifTarget(asked: NonNullable<DeviceProbe['onvif']>) {
  const tls = asked !== true && asked.tls;
  return { ...targetOf(asked, tls ? { ...ONVIF, port: 443 } : ONVIF), tls };
}

function targetOf(
  asked: NonNullable<DeviceProbe['rtsp']>,
  usual: { readonly port: number; readonly path: string },
): { readonly port: number; readonly path: string } {
  return asked === true ? usual : { port: asked.port ?? usual.port, path: asked.path ?? usual.path };
}
