/**
 * devices.yaml with another login, one less, or another secret. Lines that have nothing to do with it stay as they are;
 * where a file is written in a way that cannot be spliced, it is written anew, comments kept.
 */
import { type Document, isMap, isSeq } from 'yaml';
import type { CredentialConfig } from '#contract/config/devices.ts';
import { appendEntries } from './append-entries.ts';
import { endOfEntry, endOfLine, startOfLine } from './append-lines.ts';
import { inlineValue, removeEntryText, setEntryText, setEntryValue, withoutInline } from './entry-text.ts';
import { keepLineEnds } from './keep-line-ends.ts';
import { type Edited, editedUnlessShared, readDocument as read, verified } from './verified-edit.ts';

const LIST = 'credentials';

/** One change of the logins of a file; a value, so that another thread can be told of it. */
export type LoginChange =
  | { readonly kind: 'add'; readonly login: CredentialConfig }
  | { readonly kind: 'remove'; readonly username: string }
  | { readonly kind: 'secret'; readonly username: string; readonly tokenHash: string }
  | { readonly kind: 'prefixes'; readonly username: string; readonly prefixes: readonly string[] }
  /** Of a device, whose login is its id; without a hash it has none. */
  | { readonly kind: 'device'; readonly id: string; readonly tokenHash: string | undefined };

/** @param text a devices.yaml that parses; returned unchanged when what is to be changed is not in it */
export function editLogins(text: string, change: LoginChange): Edited {
  return editedUnlessShared(SETTINGS[change.kind], () => keepLineEnds(text, (plain) => changed(plain, change)));
}

/** What of the file a change is about. */
const SETTINGS = {
  ...{ add: LIST, remove: LIST, secret: 'tokenHash', prefixes: 'prefixes', device: 'tokenHash' },
} as const;

function changed(text: string, change: LoginChange): string {
  switch (change.kind) {
    case 'add':
      return addLogin(text, change.login);
    case 'remove':
      return removeLogin(text, change.username);
    case 'secret':
      return setLoginHash(text, change.username, change.tokenHash);
    case 'prefixes':
      return setLoginPrefixes(text, change.username, change.prefixes);
    case 'device':
      return setDeviceHash(text, change.id, change.tokenHash);
  }
}

/** @param text a devices.yaml that parses and has no login of that name */
export function addLogin(text: string, login: CredentialConfig): string {
  return appendEntries(text, LIST, [login]);
}

/** @param text a devices.yaml that parses; returned unchanged when the login is not in it */
export function removeLogin(text: string, username: string): string {
  const at = indexOf(read(text), username);
  return at === -1 ? text : verified(text, spliceOut(text, at), [{ path: [LIST, at], value: undefined }]);
}

/** @param text a devices.yaml that parses; returned unchanged when the login is not in it */
export function setLoginHash(text: string, username: string, tokenHash: string): string {
  const at = indexOf(read(text), username);
  if (at === -1) return text;
  const splice = setEntryText(text, { list: LIST, key: 'username', value: username }, 'tokenHash', tokenHash);
  return verified(text, splice, [{ path: [LIST, at, 'tokenHash'], value: tokenHash }]);
}

/** @param text a devices.yaml that parses; returned unchanged when the login is not in it */
export function setLoginPrefixes(text: string, username: string, prefixes: readonly string[]): string {
  const at = indexOf(read(text), username);
  if (at === -1) return text;
  const entry = { list: LIST, key: 'username', value: username };
  return verified(text, setEntryValue(text, entry, 'prefixes', inlineValue(prefixes)), [
    { path: [LIST, at, 'prefixes'], value: prefixes },
  ]);
}

/** @param tokenHash undefined takes the login of the device away */
export function setDeviceHash(text: string, id: string, tokenHash: string | undefined): string {
  const list = read(text).get('devices', true);
  const at = isSeq(list) ? list.items.findIndex((item) => isMap(item) && item.get('id') === id) : -1;
  if (at === -1) return text;
  const entry = { list: 'devices', key: 'id', value: id };
  const splice =
    tokenHash === undefined
      ? removeEntryText(text, entry, 'tokenHash')
      : setEntryText(text, entry, 'tokenHash', tokenHash);
  return verified(text, splice, [{ path: ['devices', at, 'tokenHash'], value: tokenHash }]);
}

function spliceOut(text: string, at: number): string {
  const document = read(text);
  const list = document.get(LIST, true);
  if (!isSeq(list)) return text;
  const item = list.items[at];
  if (!isMap(item) || !item.range) return text;
  const [start, end] = item.range;
  if (list.flow) return withoutInline(text, start, end);
  const rest = `${text.slice(0, startOfLine(text, start))}${text.slice(endOfLine(text, endOfEntry(item)) + 1)}`;
  if (list.items.length > 1) return rest;
  return rest.replace(new RegExp(`^${LIST}:`, 'm'), `${LIST}: []`);
}

function indexOf(document: Document.Parsed, username: string): number {
  const list = document.get(LIST, true);
  return isSeq(list) ? list.items.findIndex((item) => isMap(item) && item.get('username') === username) : -1;
}
