/** What a row of the table of ecosystems says: how a product logs in, under which topics, and what a person types into it. */
import type { CredentialKind, Text } from '../enums.ts';

export interface Ecosystem {
  readonly id: string;
  readonly name: Text;
  /** Profiles that read its messages; none where values are picked in the wizard. */
  readonly profiles: readonly string[];
  readonly kind: CredentialKind;
  /** Suggested user name. */
  readonly login: string;
  /** Prefixes of everything that matters as the product is delivered; `<x>` stands for what `parameter` asks. None for a device. */
  readonly prefixes: readonly string[];
  /** Only for some. */
  readonly optional: readonly OptionalPrefix[];
  readonly parameter?: Parameter;
  readonly notes: Text;
  /** What to type besides the fields that every client has. */
  readonly lines: (access: Access) => readonly LineBlock[];
}

export interface OptionalPrefix {
  readonly prefix: string;
  readonly when: Text;
}

/** Something of the product that its prefixes depend on. */
export interface Parameter {
  /** As it stands between `<` and `>` in a prefix. */
  readonly key: string;
  readonly name: Text;
  readonly example: string;
}

/** Where to connect, as whom, and under which topics. */
export interface Access {
  /** Name or address of the gateway as the client reaches it. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly secret: string;
  readonly site: string;
  readonly prefixes: readonly string[];
}

/** A text to paste, or the fields of a form. */
export type LineBlock =
  | { readonly title: Text; readonly text: string }
  | { readonly title: Text; readonly fields: readonly Field[] };

export interface Field {
  readonly name: Text;
  readonly value: string;
}

/** The fields that every MQTT client has. */
export function commonFields({ host, port, user, secret }: Access): readonly Field[] {
  return [
    { name: { zh: '服务器', en: 'Server' }, value: host },
    { name: { zh: '端口', en: 'Port' }, value: String(port) },
    { name: { zh: '用户名', en: 'User name' }, value: user },
    { name: { zh: '口令', en: 'Password' }, value: secret },
  ];
}

/** The prefixes of an ecosystem with its parameter filled in (its example when the answer is empty). */
export function prefixesOf({ prefixes, parameter }: Ecosystem, answer: string): readonly string[] {
  if (parameter === undefined) return prefixes;
  const value = answer.trim().replace(/\/+$/, '') || parameter.example;
  return prefixes.map((prefix) => prefix.replace(`<${parameter.key}>`, () => value));
}

/** Topic filters that match everything under the prefixes; `#` where a prefix ends within a level. */
export function filtersOf(prefixes: readonly string[]): readonly string[] {
  const whole = prefixes.every((prefix) => prefix.endsWith('/') && !/\s/.test(prefix));
  return whole ? prefixes.map((prefix) => `${prefix}#`) : ['#'];
}
