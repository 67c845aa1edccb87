export { type BlindIndex, createBlindIndex } from './fields/blind-index.ts';
export { createFieldCipher, type FieldCipher } from './fields/field-cipher.ts';
export { type KeyRing, parseKeyRing } from './keys/key-ring.ts';
export { generateMasterKey, type MasterKey, parseMasterKey } from './keys/master-key.ts';
export { SecretError } from './secret-error.ts';
