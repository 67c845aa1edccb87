import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith, type TestDatabase } from '@quotefleet/testing';
import pg from 'pg';
import {
  createBlindIndex,
  createFieldCipher,
  generateMasterKey,
  parseKeyRing,
  resealColumn,
  type SealedColumn,
  type SqlClient,
} from '../src/index.ts';

const ROWS = 1203;
const [oldKey, newKey, lostKey] = [generateMasterKey(), generateMasterKey(), generateMasterKey()];
const before = parseKeyRing(oldKey);
const during = parseKeyRing(`${newKey},${oldKey}`);
const after = parseKeyRing(newKey);

const EMAIL: SealedColumn = {
  table: 'people',
  key: 'id',
  column: 'email',
  field: 'email',
  bindsRow: true,
  index: { column: 'email_index', fold: (text) => text.toLowerCase() },
};
const JWK: SealedColumn = { table: 'people', key: 'id', column: 'jwk', field: 'jwk', bindsRow: false, isJson: true };

const idOf = (at: number) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;

describeWith('postgres', 'sealing columns anew', (servers) => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await servers.postgres.createDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('CREATE TABLE people (id uuid PRIMARY KEY, email text, email_index text, jwk jsonb)');
    const cipher = createFieldCipher(before);
    const index = createBlindIndex(before);
    for (let at = 0; at < ROWS; at += 1) {
      const email = `User${at}@x.cn`;
      await client.query('INSERT INTO people VALUES ($1, $2, $3, $4)', [
        idOf(at),
        cipher.seal('email', email, idOf(at)),
        index.of('email', email.toLowerCase()),
        at % 2 ? { sealed: cipher.seal('jwk', '{"d":1}') } : { d: 1 },
      ]);
    }
    const lost = createFieldCipher(parseKeyRing(lostKey)).seal('email', 'x', idOf(ROWS));
    await client.query('INSERT INTO people VALUES ($1, $2), ($3, NULL)', [idOf(ROWS), lost, idOf(ROWS + 1)]);
  });

  afterAll(async () => {
    await client?.end();
    await database?.drop();
  });

  it('is cut off and goes on, leaving the rest as it was', async () => {
    let updates = 0;
    const dying: SqlClient = {
      query(text, values) {
        if (text.startsWith('UPDATE')) updates += 1;
        if (updates > 700) throw new Error('killed');
        return client.query(text, values);
      },
    };
    await expect(resealColumn(dying, during, EMAIL, 100)).rejects.toThrow('killed');
    const { rows } = await client.query('SELECT id, email FROM people WHERE email IS NOT NULL ORDER BY id');
    const cipher = createFieldCipher(during);
    expect(rows.slice(0, ROWS).map((row) => cipher.open('email', row.email, row.id))).toHaveLength(ROWS);
    expect(await resealColumn(client, during, EMAIL, 100)).toEqual({
      resealed: ROWS - 700,
      overtaken: 0,
      unreadable: [idOf(ROWS)],
    });
  });

  it('leaves nothing that needs the old key, and finds every row by its index', async () => {
    const { rows } = await client.query('SELECT id, email, email_index FROM people ORDER BY id LIMIT $1', [ROWS]);
    const cipher = createFieldCipher(after);
    const index = createBlindIndex(after);
    rows.forEach((row, at) => {
      expect(cipher.open('email', row.email, row.id)).toBe(`User${at}@x.cn`);
      expect(row.email_index).toBe(index.of('email', `user${at}@x.cn`));
    });
  });

  it('does not touch what is sealed already', async () => {
    expect(await resealColumn(client, during, EMAIL)).toEqual({ resealed: 0, overtaken: 0, unreadable: [idOf(ROWS)] });
  });

  it('keeps what somebody else wrote meanwhile', async () => {
    const fresh = createFieldCipher(during).seal('email', 'new@x.cn', idOf(0));
    const old = createFieldCipher(before).seal('email', 'old@x.cn', idOf(0));
    await client.query('UPDATE people SET email = $1 WHERE id = $2', [old, idOf(0)]);
    const racing: SqlClient = {
      async query(text, values) {
        if (text.startsWith('UPDATE'))
          await client.query('UPDATE people SET email = $1 WHERE id = $2', [fresh, idOf(0)]);
        return client.query(text, values);
      },
    };
    expect(await resealColumn(racing, during, EMAIL)).toMatchObject({ resealed: 0, overtaken: 1 });
    const { rows } = await client.query('SELECT email FROM people WHERE id = $1', [idOf(0)]);
    expect(rows[0].email).toBe(fresh);
  });

  it('seals JSON, also what was plain', async () => {
    expect(await resealColumn(client, during, JWK)).toEqual({ resealed: ROWS, overtaken: 0, unreadable: [] });
    const { rows } = await client.query('SELECT jwk FROM people WHERE jwk IS NOT NULL');
    const cipher = createFieldCipher(after);
    for (const { jwk } of rows) expect(JSON.parse(cipher.open('jwk', jwk.sealed))).toEqual({ d: 1 });
  });

  it('takes plain names only', async () => {
    await expect(resealColumn(client, during, { ...EMAIL, table: 'people; DROP TABLE people' })).rejects.toThrow(
      'expected a plain name of SQL',
    );
  });
});
