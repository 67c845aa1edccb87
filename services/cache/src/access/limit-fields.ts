import type { RowRights } from '@quotefleet/access';
import type { Endpoint, TableShape } from '@quotefleet/contracts';
import { forbidden } from './refusal.ts';

/** Fields that a query goes by, which would tell of them. */
const FIELDS_OF_PARAMETERS: Readonly<Record<string, string>> = {
  minChangePercent: 'changePercent',
  maxChangePercent: 'changePercent',
  minAmount: 'amount',
  minLast: 'last',
  maxLast: 'last',
};

/**
 * Refuses a query that asks for, sorts by or filters by a field which the role may not see.
 * @throws AppError FORBIDDEN
 */
export function checkAskedFields(rights: RowRights, { id }: Endpoint, query: URLSearchParams): void {
  if (rights.seesAllFields) return;
  const asked = [
    ...(query.get('fields') ?? '').split(',').map((name) => name.trim()),
    query.get('sort') ?? '',
    ...[...query.keys()].map((name) => FIELDS_OF_PARAMETERS[name] ?? ''),
  ];
  const refused = asked.find((name) => name !== '' && !rights.seesField(id, name));
  if (refused !== undefined) throw refusalOfField(rights, id, refused);
}

/**
 * The table with the fields that the role may see.
 * @throws AppError FORBIDDEN where there are none
 */
export function limitTable(rights: RowRights, { id }: Endpoint, table: TableShape): TableShape {
  if (rights.seesAllFields) return table;
  const seen = (fields: TableShape['fields']) => fields.filter(({ name }) => rights.seesField(id, name));
  const fields = seen(table.fields);
  if (fields.length === 0) throw refusalOfField(rights, id, '*');
  const variants = table.variants && {
    parameter: table.variants.parameter,
    fields: Object.fromEntries(Object.entries(table.variants.fields).map(([value, of]) => [value, seen(of)])),
  };
  return { itemsKey: table.itemsKey, fields, ...(variants ? { variants } : {}) };
}

/** As `limitTable`, for an answer that is one object. */
export function limitObject(rights: RowRights, { id }: Endpoint, data: object): object {
  if (rights.seesAllFields) return data;
  const seen = Object.entries(data).filter(([name]) => rights.seesField(id, name));
  if (seen.length === 0) throw refusalOfField(rights, id, '*');
  return Object.fromEntries(seen);
}

function refusalOfField({ role }: RowRights, endpointId: string, field: string) {
  const what = field === '*' ? 'any field' : `the field ${field}`;
  return forbidden({ kind: 'field', reason: `the role ${role} may not see ${what} of ${endpointId}` });
}
