import type { SealedColumn } from '@quotefleet/secrets';

/** Addresses are found without regard to case and to blanks around them. */
const foldEmail = (email: string) => email.trim().toLowerCase();

/** Every column of auth that holds sealed text: what a rotation of the master key has to go through. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    table: 'auth.users',
    key: 'id',
    column: 'email_sealed',
    field: 'users.email',
    bindsRow: true,
    index: { column: 'email_index', fold: foldEmail },
  },
  { table: 'auth.users', key: 'id', column: 'phone_sealed', field: 'users.phone', bindsRow: true },
  { table: 'auth.second_factors', key: 'user_id', column: 'seed_sealed', field: 'second_factors.seed', bindsRow: true },
  { table: 'auth.api_keys', key: 'id', column: 'signing_sealed', field: 'api_keys.signing', bindsRow: true },
  {
    table: 'auth.signing_keys',
    key: 'kid',
    column: 'private_jwk',
    field: 'signing_keys.private_jwk',
    bindsRow: true,
    isJson: true,
  },
];
