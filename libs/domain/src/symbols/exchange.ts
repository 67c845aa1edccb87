/** Shanghai, Shenzhen, Beijing, Hong Kong and the exchanges of the United States taken as one. */
export type Exchange = 'SH' | 'SZ' | 'BJ' | 'HK' | 'US';

/** Names under which vendors and libraries write an exchange, before or after the code. */
export const EXCHANGE_NAMES: Readonly<Record<string, Exchange>> = {
  SH: 'SH',
  SS: 'SH',
  SSE: 'SH',
  SHSE: 'SH',
  XSHG: 'SH',
  SZ: 'SZ',
  SZSE: 'SZ',
  XSHE: 'SZ',
  BJ: 'BJ',
  BSE: 'BJ',
  BJSE: 'BJ',
  HK: 'HK',
  HKEX: 'HK',
  XHKG: 'HK',
  US: 'US',
};
