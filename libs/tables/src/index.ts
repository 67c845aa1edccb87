export { tableRegistry } from './default-registry.ts';
export { placeOf } from './document-place.ts';
export { loadRegistry, TableRegistry } from './registry.ts';
export { columnSchemas, rowSchema } from './row-schema.ts';
export {
  type ColumnType,
  RegistryError,
  type RegistryFault,
  type TableClass,
  type TableColumn,
  type TableDefinition,
} from './table-definition.ts';
