import type { TableDefinition } from '@quotefleet/tables';
import mysql, { type Pool, type RowDataPacket } from 'mysql2/promise';
import type { RowSource } from '../row-source.ts';
import { TransferError } from '../transfer-error.ts';
import { codeBook } from './code-book.ts';
import type { SourceMapping } from './mapping.ts';
import { translateMysqlErrors } from './mysql-errors.ts';
import { planTable, type TablePlan } from './table-plan.ts';

export interface MysqlSourceOptions {
  /** `mysql://user:password@host:port/database`. */
  url: string;
  tables: readonly TableDefinition[];
  /** By our tables' names; a table that is not in it has its own name and columns there. */
  mapping?: SourceMapping | undefined;
}

const CONNECTIONS = 4;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Rows of MySQL's or MariaDB's tables as ours. Clock times there are Shanghai's.
 * @throws TransferError when a table or column is missing; StoreUnavailableError when the server is away
 */
export async function openMysqlSource({ url, tables, mapping = {} }: MysqlSourceOptions): Promise<RowSource> {
  const address = new URL(url);
  const database = decodeURIComponent(address.pathname.slice(1));
  const label = `mysql://${address.host}/${database}`;
  const pool = openPool(address, database);
  const plans = new Map<string, TablePlan>();
  const books = new Map<string, Promise<Map<string, string>>>();

  async function query(sql: string, values: (string | number)[]): Promise<unknown[][]> {
    const [rows] = await pool.execute<RowDataPacket[][]>({ sql, values, rowsAsArray: true });
    return rows;
  }

  async function planOne(table: TableDefinition): Promise<TablePlan> {
    const mapped = mapping[table.name] ?? { columns: {} };
    const name = mapped.table ?? table.name;
    const columns = await query(
      'SELECT LOWER(column_name), data_type FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position',
      [database, name],
    );
    if (columns.length === 0) throw new TransferError(`${label} has no table ${name} for ${table.name}`);
    return planTable(table, mapped, new Map(columns.map(([column, type]) => [String(column), String(type)])));
  }

  function planOf(series: string): TablePlan {
    const plan = plans.get(series);
    if (!plan) throw new Error(`expected a table that was opened (${[...plans.keys()]}), was '${series}'`);
    return plan;
  }

  async function readCodes(series: string): Promise<Map<string, string>> {
    const { symbolsSql, codes } = planOf(series);
    const rows = await translateMysqlErrors(label, () => query(symbolsSql, []));
    const found = rows.flatMap(([code]) => (Buffer.isBuffer(code) ? code.toString('utf8') : []));
    return codeBook(series, found, codes);
  }

  function codesOf(series: string): Promise<Map<string, string>> {
    const book = books.get(series) ?? readCodes(series);
    books.set(series, book);
    return book;
  }

  try {
    for (const table of tables) plans.set(table.name, await translateMysqlErrors(label, () => planOne(table)));
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    symbols: async (series) => [...(await readCodes(series)).keys()].sort(),
    async read(series, range) {
      const plan = planOf(series);
      const { symbol } = range;
      const code = plan.codes === undefined ? symbol : (await codesOf(series)).get(symbol);
      if (code === undefined) return [];
      const { sql, values } = plan.select({ ...range, symbol: code });
      const rows = await translateMysqlErrors(label, () => query(sql, values));
      return rows.map((cells) => ({ ...plan.toRow(cells), symbol }));
    },
    close: () => pool.end(),
  };
}

function openPool(address: URL, database: string): Pool {
  const pool = mysql.createPool({
    host: address.hostname,
    port: Number(address.port || 3306),
    user: decodeURIComponent(address.username),
    password: decodeURIComponent(address.password),
    database,
    charset: 'utf8mb4',
    connectionLimit: CONNECTIONS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Numbers and times as the server writes them: the driver's own conversions lose digits, and zones.
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
  });
  // What TIMESTAMP columns hold is given in the session's time zone.
  pool.on('connection', (connection) => connection.query("SET time_zone = '+08:00'"));
  return pool;
}
