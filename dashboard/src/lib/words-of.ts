/** Words of a list as people type it: `空调, 东区；备用`. */
export function wordsOf(text: string): string[] {
  const words = text
    .split(/[,，、;；\n]/)
    .map((word) => word.trim())
    .filter((word) => word !== '');
  return [...new Set(words)];
}
