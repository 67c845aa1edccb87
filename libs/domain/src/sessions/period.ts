/** Bar periods: minutes `m`, day `d`, week `w`, month `M`. */
export const PERIODS = ['1m', '5m', '15m', '30m', '60m', '1d', '1w', '1M'] as const;
export type Period = (typeof PERIODS)[number];

const MINUTES = { '1m': 1, '5m': 5, '15m': 15, '30m': 30, '60m': 60 } as const;
export type MinutePeriod = keyof typeof MINUTES;

export function isMinutePeriod(period: Period): period is MinutePeriod {
  return period in MINUTES;
}

/** The minutes in a period below a day. */
export function minutesOf(period: MinutePeriod): number {
  return MINUTES[period];
}
