import type { SealedColumn } from '@quotefleet/secrets';

/** Every column of auth that holds sealed text: what a rotation of the master key has to go through. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    table: 'auth.signing_keys',
    key: 'kid',
    column: 'private_jwk',
    field: 'signing_keys.private_jwk',
    bindsRow: true,
    isJson: true,
  },
];
