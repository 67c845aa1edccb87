/**
 * ETFs: code, name, what it follows, price level in yuan, units in hundreds of millions. What it follows is an index
 * symbol, `sector:` with the sectors it holds, or `own` for assets outside the A-share market.
 */
export const FUNDS = `
510300 沪深300ETF 000300.SH 4.02 900
510050 上证50ETF 000016.SH 2.74 560
510500 中证500ETF 000905.SH 5.83 180
512100 中证1000ETF 000852.SH 2.41 210
588000 科创50ETF 000688.SH 1.03 800
588220 科创100ETF 000698.SH 0.94 60
159915 创业板ETF 399006.SZ 2.12 450
159919 沪深300ETF嘉实 000300.SH 4.06 400
159949 创业板50ETF 399673.SZ 0.95 250
512880 证券ETF sector:broker 1.12 260
512800 银行ETF sector:bank 1.43 55
512690 酒ETF sector:liquor 0.65 220
512170 医疗ETF sector:pharma 0.36 750
512480 半导体ETF sector:semiconductor 0.98 240
515790 光伏ETF sector:solar 0.76 140
515030 新能源车ETF sector:battery,auto 1.42 50
512660 军工ETF sector:defence 1.08 120
512400 有色金属ETF sector:metal 1.06 50
515220 煤炭ETF sector:coal 1.18 25
518880 黄金ETF own:gold 5.95 50
513100 纳指ETF own:overseas 1.62 100
513050 中概互联网ETF own:overseas 1.21 300
159920 恒生ETF own:overseas 1.24 110
`;

/** Indices: code with exchange, name, level at the end of 2024 (rounded). The members are rules over the universe. */
export const INDICES = `
000001.SH 上证指数 3351.76
000016.SH 上证50 2684.80
000300.SH 沪深300 3934.90
000688.SH 科创50 988.90
000698.SH 科创100 930.00
000852.SH 中证1000 5957.70
000905.SH 中证500 5725.70
399001.SZ 深证成指 10414.60
399005.SZ 中小100 6350.00
399006.SZ 创业板指 2141.60
399673.SZ 创业板50 2080.00
899050.BJ 北证50 1037.80
`;
