import type { Edited } from '../../src/config/verified-edit.ts';

/** The text of an edit that must not be refused. */
export function textOf(edited: Edited): string {
  if (edited.kind !== 'edited') throw new Error(`shared: ${edited.settings.join()}`);
  return edited.text;
}
