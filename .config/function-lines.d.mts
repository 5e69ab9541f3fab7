export function longFunctions(
  fileName: string,
  text: string,
  max?: number,
): { name: string; line: number; lines: number }[];
