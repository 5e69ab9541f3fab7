/** `houqin audit verify`: nobody has changed, removed or cut off what the audit log holds. */
import { type AuditVerdict, auditVerdict } from '#contract/http/session.ts';
import { createAudit } from '../api/audit.ts';
import type { Command } from './command.ts';
import { withRecords } from './own-folder.ts';
import { findOwner } from './owner-api.ts';
import { parseOptions } from './parse-options.ts';
import { dataDirOf, environmentOf } from './site.ts';

const HELP = `usage: houqin audit verify [--json]

核对操作记录：每条都与前一条相连，密钥和最新一条另存，改动、删除、截断都会露出来。
Verifies the audit log: each row is sealed with the one before; an edit, a removal or a cut-off end shows.
--json: {"ok","checked"} or {"ok":false,"checked","id","reason":"row-changed|chain-broken|end-cut-off|head-missing"}
Exit: 0 untouched; 1 not.

examples:
  houqin audit verify
  houqin audit verify --json`;

export const auditVerifyCommand: Command = {
  help: HELP,
  async run(argv, io) {
    const { values } = parseOptions(argv, { json: { type: 'boolean', default: false } }, { min: 0, max: 0 });
    const dataDir = await dataDirOf(environmentOf(io));
    const owner = await findOwner(dataDir);
    const verdict: AuditVerdict = owner
      ? await owner.ask('GET', '/audit/verify', auditVerdict)
      : await withRecords(dataDir, (records) => createAudit(records, dataDir).verify());
    if (values.json) io.out(JSON.stringify(verdict));
    else if (verdict.ok)
      io.out(`${io.paint('green', '✓')} ${verdict.checked} 条记录未被改动 / ${verdict.checked} entries, untouched`);
    else {
      const { checked, id, reason } = verdict;
      io.out(
        `${io.paint('red', '✗')} 第 ${id} 条起不可信（${reason}），之前 ${checked} 条完好 / not to be trusted from entry ${id} on (${reason}); ${checked} before it are whole`,
      );
    }
    return verdict.ok ? 0 : 1;
  },
};
