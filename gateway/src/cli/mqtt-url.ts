import type { Environment } from '../shared/environment.ts';
import { findOwner } from './owner-api.ts';
import { dataDirOf } from './site.ts';

/** The broker a command speaks to: the one named, that of the running gateway, or where a gateway would listen. */
export async function mqttUrlOf(named: string | undefined, environment: Environment): Promise<string> {
  if (named !== undefined) return named;
  const owner = await findOwner(await dataDirOf(environment));
  const { host, port } = environment.mqtt;
  return owner === undefined
    ? `mqtt://${host.includes(':') ? `[${host}]` : host}:${port}`
    : `mqtt://127.0.0.1:${owner.mqttPort}`;
}
