export interface TooltipLine {
  readonly name: string;
  readonly value: string;
  /** Quality, completeness and the like, in words. */
  readonly note?: string | undefined;
}

/** What stands at the pointed-at instant, in words. */
export function ChartTooltip({ time, lines }: { readonly time: string; readonly lines: readonly TooltipLine[] }) {
  return (
    <div className="chart-tooltip" role="status">
      <p className="chart-tooltip-time">{time}</p>
      <dl>
        {lines.map(({ name, value, note }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <strong>{value}</strong>
              {note === undefined ? null : <span> {note}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
