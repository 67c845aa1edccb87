import { expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { openApiV1, openApiV2 } from './openapi.ts';

it.each([
  ['v1', openApiV1],
  ['v2', openApiV2],
])('the OpenAPI document of %s is one by the specification', async (_version, document) => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(document())));
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  expect(validator.version).toBe('3.1');
});
