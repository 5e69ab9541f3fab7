/** Logins as the documented table gives them: were a prefix missing there, the replay of its row would fail. */
import { prefixesOf } from '#contract/ecosystems/ecosystem.ts';
import { ecosystemOf } from '#contract/ecosystems/ecosystems.ts';
import type { Login } from './connect-campus.ts';

export interface Chosen {
  /** Default: the one that the table suggests. */
  readonly username?: string;
  /** Answer to the table's parameter, such as the name of the node. */
  readonly answer?: string;
  /** Optional prefixes to add. Default: none. */
  readonly with?: readonly string[];
}

/** @throws when the table has no such ecosystem, or no such optional prefix */
export function documentedLogin(id: string, chosen: Chosen = {}): Login {
  const ecosystem = ecosystemOf(id);
  if (ecosystem === undefined || ecosystem.kind === 'device') throw new Error(`the table has no login for ${id}`);
  const wanted = chosen.with ?? [];
  for (const prefix of wanted)
    if (!ecosystem.optional.some((one) => one.prefix === prefix)) throw new Error(`${prefix} is no option of ${id}`);
  return {
    username: chosen.username ?? ecosystem.login,
    kind: ecosystem.kind,
    prefixes: [...prefixesOf(ecosystem, chosen.answer ?? ''), ...wanted],
  };
}
