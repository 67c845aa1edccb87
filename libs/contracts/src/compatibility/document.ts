/** As much of JSON Schema (2020-12) as our documents use. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  [key: string]: unknown;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
}

type Content = Record<string, { schema?: Schema }>;

export interface Operation {
  operationId?: string;
  deprecated?: boolean;
  'x-sunset'?: string;
  'x-scope'?: string;
  security?: unknown[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content?: Content };
  responses?: Record<string, { content?: Content }>;
}

/** As much of an OpenAPI 3.1 document as is compared. */
export interface OpenApiDocument {
  info: { version: string };
  security?: unknown[];
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

/** Gives what a schema refers to, or itself. */
export type Resolve = (schema: Schema) => Schema;

const PREFIX = '#/components/schemas/';

/** @throws Error for a reference to what the document does not have */
export function resolverOf({ components }: OpenApiDocument): Resolve {
  return ({ $ref, ...schema }) => {
    if ($ref === undefined) return schema;
    const target = components?.schemas?.[$ref.replace(PREFIX, '')];
    if (!target) throw new Error(`expected ${$ref} in the document`);
    return { ...target, ...schema };
  };
}
