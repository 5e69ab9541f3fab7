/**
 * What a Modbus answer says where no line and no device is known: in the tests of a profile, and when somebody looks at
 * a message before there is a device for it.
 */
import type { CompiledProfile } from '../compile-profile.ts';
import { type Outcome, outcomeOf } from '../profile-router.ts';
import { answerAt, dataBytes, exceptionName, type ModbusRead, parseAnswer, parseRequest } from './modbus-frame.ts';
import { fieldsIn, modbusValues } from './modbus-samples.ts';

/** More fields than a map can have. */
const MOST = 1_000;

export interface ModbusClaim {
  /** Undefined: more than one may be meant. */
  readonly profile: string | undefined;
  readonly outcome: Outcome;
}

/**
 * Profiles that know the registers: first one that asks for just these, then the one that knows most of them.
 * @param request the one that was answered; without it a profile claims only an answer that one of its reads alone has
 */
export function modbusClaims(
  profiles: readonly CompiledProfile[],
  payload: Buffer,
  request: Buffer | undefined,
): readonly ModbusClaim[] {
  const whole = answerAt(payload, 0);
  if (whole?.isSound !== true || whole.length !== payload.length) return [];
  const answer = parseAnswer(payload);
  const asked = request === undefined ? undefined : parseRequest(request);
  const address = String(answer.unit);
  const claims = profiles.flatMap(({ id, modbus }): (ModbusClaim & { readonly rank: number })[] => {
    if (modbus === undefined) return [];
    if (answer.data === undefined) {
      const detail = `unit ${address} refuses function ${answer.function}: ${exceptionName(answer.exception)}`;
      return [
        { profile: id, rank: 0, outcome: outcomeOf(undefined, false, [{ reason: 'bad-payload', detail, address }]) },
      ];
    }
    const { function: code, data } = answer;
    const fits = (read: ModbusRead): boolean => read.function === code && dataBytes(read) === data.length;
    const [only, other] = modbus.reads.filter(fits);
    const read = request === undefined ? (other === undefined ? only : undefined) : asked;
    if (read === undefined || !fits(read) || (asked !== undefined && asked.unit !== answer.unit)) return [];
    const known = fieldsIn(modbus, read).length;
    if (known === 0) return [];
    const { samples, faults } = modbusValues(modbus, read, data, address);
    const outcome = { ...outcomeOf(undefined, false, faults), samples, touched: new Set([address]), subject: address };
    const isOwn = modbus.reads.some((own) => own.register === read.register && own.count === read.count);
    return [{ profile: id, rank: isOwn ? MOST : known, outcome }];
  });
  if (request === undefined && answer.data !== undefined && claims.length > 1) return [ambiguous(claims, address)];
  return claims.toSorted((a, b) => b.rank - a.rank);
}

function ambiguous(claims: readonly ModbusClaim[], address: string): ModbusClaim {
  const names = claims.map(({ profile }) => profile).join(', ');
  const detail = `an answer of Modbus unit ${address} without its request: it may be meant as by ${names}`;
  return { profile: undefined, outcome: outcomeOf(undefined, false, [{ reason: 'bad-payload', detail, address }]) };
}

/** Of a message that no profile claims by its topic. */
export function unknownTopic(profiles: readonly CompiledProfile[], payload: Buffer): string {
  return modbusClaims(profiles, payload, undefined).length > 0
    ? 'a Modbus answer, on the topic of no line: give its device downTopic (and upTopic) in devices.yaml'
    : 'no profile knows this topic';
}
