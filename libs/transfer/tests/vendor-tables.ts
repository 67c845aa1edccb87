import { minuteBarEnds, tradingDays } from '@quotefleet/domain';
import mysql, { type Connection } from 'mysql2/promise';

/** Symbols of the vendor's bars; one is an attempt to be more than data. */
export const BAR_SYMBOLS = ['600519.SH', '000001.SZ', '300750.SZ', "x'; DROP TABLE bars_1m; --"];
export const TICK_SYMBOL = '600519.SH';

/** Trading days of the bars, from 5 January on, each of 241. */
export const VENDOR_DAYS = 42;

const INSERT_ROWS = 1000;

/** A database with a vendor's tables: minute bars by clock time in lots, ticks by milliseconds with several in one. */
export async function createVendorTables(url: string, database: string): Promise<void> {
  const connection = await mysql.createConnection(url);
  try {
    await connection.query(`CREATE DATABASE \`${database}\``);
    await connection.query(`USE \`${database}\``);
    await connection.query(`CREATE TABLE stk_mins (
      ts_code VARCHAR(64) NOT NULL, trade_time DATETIME NOT NULL, open DECIMAL(12, 4) NOT NULL, high DECIMAL(12, 4) NOT NULL,
      low FLOAT NOT NULL, close DOUBLE NOT NULL, vol DECIMAL(20, 2) NOT NULL, amount DECIMAL(20, 3) NOT NULL,
      PRIMARY KEY (ts_code, trade_time))`);
    await connection.query(`CREATE TABLE ticks (
      id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, symbol VARCHAR(32) NOT NULL, ts BIGINT NOT NULL,
      last DECIMAL(12, 4), open DECIMAL(12, 4), high DECIMAL(12, 4), low DECIMAL(12, 4), pre_close DECIMAL(12, 4),
      volume BIGINT, amount DECIMAL(20, 2), phase VARCHAR(16), bid_volumes JSON, ask_volumes JSON,
      bid_price_1 DECIMAL(12, 4), bid_price_2 DECIMAL(12, 4), ask_price_1 DECIMAL(12, 4), ask_price_2 DECIMAL(12, 4),
      KEY (symbol, ts, id))`);
    await insertBars(connection);
    await insertTicks(connection);
  } finally {
    await connection.end();
  }
}

/** How the vendor's bars stand for ours: lots are 100 shares, amounts thousands of yuan. */
export const VENDOR_MAPPING = `tables:
  bars_1m:
    table: stk_mins
    columns:
      volume: { column: vol, factor: 100 }
      amount: { column: amount, factor: 1000 }
      source: { value: vendor }
`;

export async function dropVendorTables(url: string, database: string): Promise<void> {
  const connection = await mysql.createConnection(url);
  await connection.query(`DROP DATABASE IF EXISTS \`${database}\``);
  await connection.end();
}

/** Three batches a symbol, and three months. */
async function insertBars(connection: Connection): Promise<void> {
  const days = tradingDays('2026-01-05', '2026-06-30').slice(0, VENDOR_DAYS);
  for (const [place, symbol] of BAR_SYMBOLS.entries()) {
    const rows = days.flatMap((day, at) =>
      minuteBarEnds(day).map((end, minute) => {
        const price = 10 + place + at / 100 + minute / 1000;
        const time = new Date(end + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
        return [symbol, time, price, price + 0.5, 1680.12, price + 0.1, minute + 0.07, 123.456 + minute];
      }),
    );
    for (let start = 0; start < rows.length; start += INSERT_ROWS) {
      await connection.query('INSERT INTO stk_mins VALUES ?', [rows.slice(start, start + INSERT_ROWS)]);
    }
  }
}

/** 3 days of 2000 ticks, four to a millisecond. */
async function insertTicks(connection: Connection): Promise<void> {
  for (const day of ['2026-01-05', '2026-01-06', '2026-01-07']) {
    const open = Date.parse(`${day}T09:30:00+08:00`);
    const rows = Array.from({ length: 2000 }, (_, index) => [
      TICK_SYMBOL,
      open + Math.floor(index / 4) * 3000,
      ...[1680.12, 1670, 1690.5, 1660.01, 1665],
      index * 100,
      index * 168_012.5,
      index % 2 ? 'continuous' : null,
      JSON.stringify([100, 200]),
      JSON.stringify([]),
      ...[1680.11, 1680.1, 1680.13, null],
    ]);
    for (let start = 0; start < rows.length; start += INSERT_ROWS) {
      await connection.query(
        `INSERT INTO ticks (symbol, ts, last, open, high, low, pre_close, volume, amount, phase, bid_volumes, ask_volumes,
          bid_price_1, bid_price_2, ask_price_1, ask_price_2) VALUES ?`,
        [rows.slice(start, start + INSERT_ROWS)],
      );
    }
  }
}
