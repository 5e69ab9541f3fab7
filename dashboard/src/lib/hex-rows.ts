const bytesInRow = 16;

/** Bytes as pairs of digits, sixteen in a row; signs that are no hex digit are left out. */
export function hexRows(hex: string): string {
  const pairs = hex.replace(/[^0-9a-f]/gi, '').match(/../g) ?? [];
  return Array.from({ length: Math.ceil(pairs.length / bytesInRow) }, (_, row) =>
    pairs.slice(row * bytesInRow, (row + 1) * bytesInRow).join(' '),
  ).join('\n');
}
