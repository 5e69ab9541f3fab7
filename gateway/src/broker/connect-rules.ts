/** May this CONNECT in? Decided after the password, so that a stranger learns nothing but "no". */
import type { CredentialKind } from '#contract/enums.ts';
import { verifyToken } from '../shared/token-hash.ts';
import type { BrokerLimits, BrokerOptions } from './broker-options.ts';
import type { RefusalReason } from './counters.ts';
import { type Grants, grantsOf, OPEN_GRANTS } from './grants.ts';

export interface ConnectRequest {
  readonly clientId: string;
  readonly clean: boolean;
  /** Seconds. */
  readonly keepalive: number;
  readonly username: string | undefined;
  readonly password: Buffer | undefined;
  readonly willTopic: string | undefined;
}

export type ConnectVerdict =
  | {
      readonly ok: true;
      readonly username: string;
      readonly kind: CredentialKind;
      readonly grants: Grants;
      /**
       * The session ends with the connection, whatever was asked for: ESPHome and ChirpStack ask for one that stays as they
       * are delivered, and need none. Subscriptions of a thousand devices that are gone would be kept for ever.
       */
      readonly clean: boolean;
    }
  /** `returnCode`: CONNACK, MQTT 3.1.1 table 3.1. */
  | { readonly ok: false; readonly reason: RefusalReason; readonly returnCode: 2 | 4 | 5 };

/** What a client without a username is called on a broker that asks for none. */
export const ANONYMOUS = 'anonymous';

/** Compared against when the username is unknown, so that the answer takes the same time. */
const NOBODY = 'sha256:AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

export function judgeConnect(
  request: ConnectRequest,
  options: Pick<BrokerOptions, 'auth' | 'credentials'>,
  limits: Pick<BrokerLimits, 'keepaliveS'>,
): ConnectVerdict {
  const open = options.auth === 'anonymous' && request.username === undefined;
  const who = open ? ({ username: ANONYMOUS, kind: 'bridge', grants: OPEN_GRANTS } as const) : login(request, options);
  if (!who) return { ok: false, reason: 'bad-credentials', returnCode: 4 };
  if (!open && request.clientId !== who.username && !request.clientId.startsWith(`${who.username}.`)) {
    return { ok: false, reason: 'client-id', returnCode: 2 };
  }
  // Without keepalive, or with one of hours, nobody would notice that the client is gone.
  if (request.keepalive === 0 || request.keepalive > limits.keepaliveS) {
    return { ok: false, reason: 'keepalive', returnCode: 5 };
  }
  if (
    request.willTopic !== undefined &&
    !(isTopicName(request.willTopic) && who.grants.mayPublish(request.willTopic))
  ) {
    return { ok: false, reason: 'will', returnCode: 5 };
  }
  return { ok: true, ...who, clean: request.clean || who.kind !== 'integration' };
}

function login({ username, password }: ConnectRequest, options: Pick<BrokerOptions, 'credentials'>) {
  const credential = username === undefined ? undefined : options.credentials().find(username);
  const matches = verifyToken(password ?? '', credential?.tokenHash ?? NOBODY);
  if (!credential || password === undefined || !matches) return undefined;
  return { username: credential.username, kind: credential.kind, grants: grantsOf(credential) };
}

/** aedes checks the topic of a PUBLISH, but not that of a will. */
function isTopicName(topic: string): boolean {
  return topic.length > 0 && !/[+#\0]/.test(topic) && topic.split('/').length <= 100;
}
