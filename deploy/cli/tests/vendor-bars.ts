import mysql from 'mysql2/promise';

export const VENDOR_SYMBOLS = ['000001.SZ', '300750.SZ', '600519.SH', "x'; DROP TABLE bars_1m; --"];
export const VENDOR_DAYS = 25;
const BARS_A_DAY = 240;

/** Bars of a vendor, by clock time and in lots; gives what runs statements on them. */
export async function createVendorBars(url: string, database: string) {
  const connection = await mysql.createConnection(url);
  await connection.query(`CREATE DATABASE ${database}`);
  await connection.query(`USE ${database}`);
  await connection.query(`CREATE TABLE minutes (code VARCHAR(64), time DATETIME, open DOUBLE, high DOUBLE, low DOUBLE,
    close DOUBLE, lots BIGINT, amount DOUBLE, PRIMARY KEY (code, time))`);
  for (const [place, symbol] of VENDOR_SYMBOLS.entries()) {
    for (let day = 1; day <= VENDOR_DAYS; day++) {
      const rows = Array.from({ length: BARS_A_DAY }, (_, minute) => {
        const time = `2026-01-${String(day).padStart(2, '0')} ${String(9 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`;
        const price = 10 + place + minute / 100;
        return [symbol, time, price, price + 1, price - 1, price + 0.01, minute, minute * 1000.5];
      });
      await connection.query('INSERT INTO minutes VALUES ?', [rows]);
    }
  }
  return {
    rows: VENDOR_SYMBOLS.length * VENDOR_DAYS * BARS_A_DAY,
    execute: async (statement: string) => void (await connection.query(statement)),
    async drop() {
      await connection.query(`DROP DATABASE ${database}`);
      await connection.end();
    },
  };
}

export const VENDOR_MAPPING = `tables:
  bars_1m:
    table: minutes
    columns:
      symbol: code
      ts: time
      volume: { column: lots, factor: 100 }
`;
