/** Rows as aligned columns; from column `numbers` on they stand to the right. The first row is the head. */
export function tableText(rows: readonly (readonly string[])[], numbers: number): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i >= numbers ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}
