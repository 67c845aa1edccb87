import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';

const ajv = new Ajv2020({ strict: false });

/**
 * A parser for a path where every microsecond counts, such as the ticks of a whole market: the schema compiled to code
 * by way of its JSON Schema, some five times as fast. What the compiled code refuses goes through the schema itself,
 * which has the last word and the better message.
 * @throws ZodError for what the schema refuses
 */
export function compileParser<T extends z.ZodType>(schema: T): (value: unknown) => z.infer<T> {
  const validate = ajv.compile<z.infer<T>>(z.toJSONSchema(schema));
  return (value) => (validate(value) ? value : schema.parse(value));
}
