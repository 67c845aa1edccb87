const minutes = (hours: number, mins: number) => (hours * 60 + mins) * 60_000;

/** Times of day in Shanghai, ms since midnight. */
export const OPENING_AUCTION_START = minutes(9, 15);
export const OPENING_AUCTION_END = minutes(9, 25);
export const MORNING_OPEN = minutes(9, 30);
export const MORNING_CLOSE = minutes(11, 30);
export const AFTERNOON_OPEN = minutes(13, 0);
export const CLOSING_AUCTION_START = minutes(14, 57);
export const AFTERNOON_CLOSE = minutes(15, 0);
export const AFTER_HOURS_START = minutes(15, 5);
export const AFTER_HOURS_END = minutes(15, 30);
