/** A sentence cut around the first of the names that stands in it; the name is '' when none does. */
export function around(sentence: string, names: readonly (string | undefined)[]): [string, string, string] {
  const name = names.find((one) => one !== undefined && one !== '' && sentence.includes(one));
  if (name === undefined) return [sentence, '', ''];
  const at = sentence.indexOf(name);
  return [sentence.slice(0, at), name, sentence.slice(at + name.length)];
}
