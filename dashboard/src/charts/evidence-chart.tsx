export interface EvidenceChartProps {
  readonly device: string;
  readonly metric: string;
  readonly from: number;
  readonly to: number;
  readonly marks: readonly { readonly from: number; readonly to: number | null; readonly label: string }[];
}

/** Placeholder: the charts room draws here. */
export function EvidenceChart({ device, metric }: EvidenceChartProps) {
  return <p className="soft">{`${device} ${metric}`}</p>;
}
