import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { roleName, scope } from './auth.ts';

export const ROLES_MAX = 200;
export const FUNCTION_RULES_MAX = 500;
export const ROW_RULES_MAX = 5000;

/** What row rules are about: sets of values, or one figure per role (historyDays, delaySeconds, roomsMax, roomHz). */
export const ROW_KINDS = [
  'market',
  'symbol',
  'instrumentKind',
  'field',
  'historyDays',
  'delaySeconds',
  'rooms',
  'roomsMax',
  'roomHz',
  'feed',
] as const;
export type RowKind = (typeof ROW_KINDS)[number];

const effect = z.enum(['allow', 'deny']).meta({ description: 'One rule that denies wins over all that allow' });
const ruleId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'expected lower case letters, digits and dashes');

export const roleDefinitionSchema = z.strictObject({
  name: roleName,
  description: z.string().max(200).default(''),
  inherits: z
    .array(roleName)
    .max(16)
    .default([])
    .meta({ description: 'Roles whose rules hold for this one too, theirs included' }),
});
export type RoleDefinition = z.infer<typeof roleDefinitionSchema>;

const functionRule = z.strictObject({
  role: roleName,
  resource: z
    .string()
    .regex(
      /^(\*|tag:[\w -]{1,60}|\/[\w.~{}/*-]{0,200}|[A-Za-z]\w{0,60})$/,
      'expected *, an endpoint id, tag:NAME, or a path that starts with / and may hold * or **',
    )
    .meta({
      description: '`*`, an endpoint id (of all its versions), `tag:NAME`, or a path glob',
      example: 'listTicks',
    }),
  action: z
    .enum(['*', 'public', 'read', 'write', 'admin', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
    .meta({ description: 'A scope that the endpoint needs, a method, or `*`' }),
  effect,
});

const rowRule = z.strictObject({
  role: roleName,
  kind: z.enum(ROW_KINDS),
  value: z
    .string()
    .min(1)
    .max(64)
    .meta({
      description:
        'market: SH, SZ, BJ, HK, US or *. symbol: a glob such as 60*.SH. instrumentKind: stock, etf, index ... or *. ' +
        'field: a name or glob, of one endpoint as listTicks.bid*. historyDays: days or unlimited. ' +
        'delaySeconds: seconds. rooms: a glob such as bar:*. roomsMax: rooms that a connection may hold. ' +
        'roomHz: updates a second per room at most, or unlimited. feed: a wildcard room such as bar:*:1m, or a glob of them.',
      example: 'SH',
    }),
  effect,
});

export const functionRuleSchema = functionRule.extend({ id: ruleId });
export type FunctionRule = z.infer<typeof functionRuleSchema>;
export const rowRuleSchema = rowRule.extend({ id: ruleId });
export type RowRule = z.infer<typeof rowRuleSchema>;

/** Who may call what, and see which rows: one for the whole fleet. */
export const policySchema = z.strictObject({
  roles: z.array(roleDefinitionSchema).max(ROLES_MAX),
  functions: z.array(functionRuleSchema).max(FUNCTION_RULES_MAX),
  rows: z.array(rowRuleSchema).max(ROW_RULES_MAX),
});
export type Policy = z.infer<typeof policySchema>;

const version = z.int().meta({ description: 'Of the policy; each change counts it up' });
const versionedPolicySchema = z.object({ version, policy: policySchema });
export type VersionedPolicy = z.infer<typeof versionedPolicySchema>;

const expected = z.object({
  version: z.coerce.number().int().min(1).optional().meta({
    description: 'The version that the change was made for; 409 where it is another by now',
  }),
});
const changed = z.object({ version });

const roleViewSchema = z.object({
  name: z.string(),
  description: z.string(),
  inherits: z.array(z.string()),
  scopes: z.array(scope).meta({ description: 'What tokens and keys of the role may carry' }),
});
const rowRightsViewSchema = z.object({
  historyDays: z.union([z.int(), z.literal('unlimited')]),
  delaySeconds: z.union([z.int(), z.literal('none')]).meta({ description: '`none`: no live data at all' }),
  maxRooms: z.int().meta({ description: 'Rooms that a connection may hold' }),
  maxHz: z
    .union([z.number(), z.literal('unlimited')])
    .meta({ description: 'Updates a second of a room that are sent at most' }),
  rules: z.array(rowRuleSchema),
});
const roleParam = z.object({ role: roleName });

export const getPolicy = {
  id: 'getPolicy',
  method: 'get',
  path: '/internal/policy',
  tag: 'internal',
  summary: 'The whole access policy, for the services that enforce it',
  access: 'public',
  data: versionedPolicySchema,
} as const satisfies Endpoint;

export const listRoles = {
  id: 'listRoles',
  method: 'get',
  path: '/api/v1/roles',
  tag: 'access',
  summary: 'The roles of the access policy',
  access: 'admin',
  data: z.object({ version, roles: z.array(roleViewSchema) }),
} as const satisfies Endpoint;

export const getRole = {
  id: 'getRole',
  method: 'get',
  path: '/api/v1/roles/{role}',
  tag: 'access',
  summary: 'One role with every rule that holds for it, inherited ones included',
  access: 'admin',
  params: roleParam,
  data: roleViewSchema.extend({ version, functions: z.array(functionRuleSchema), rows: rowRightsViewSchema }),
} as const satisfies Endpoint;

export const createRole = {
  id: 'createRole',
  method: 'post',
  path: '/api/v1/roles',
  tag: 'access',
  summary: 'Adds a role; it has no right but what it inherits until rules are added',
  access: 'admin',
  query: expected,
  body: roleDefinitionSchema,
  data: changed,
  status: 201,
} as const satisfies Endpoint;

export const changeRole = {
  id: 'changeRole',
  method: 'put',
  path: '/api/v1/roles/{role}',
  tag: 'access',
  summary: 'Gives a role another description and other roles to inherit from',
  access: 'admin',
  params: roleParam,
  query: expected,
  body: roleDefinitionSchema.omit({ name: true }),
  data: changed,
} as const satisfies Endpoint;

export const deleteRole = {
  id: 'deleteRole',
  method: 'delete',
  path: '/api/v1/roles/{role}',
  tag: 'access',
  summary: 'Removes a role with its rules; 409 while a user holds it or a role inherits from it',
  access: 'admin',
  params: roleParam,
  query: expected,
  data: changed,
} as const satisfies Endpoint;

export const listPolicies = {
  id: 'listPolicies',
  method: 'get',
  path: '/api/v1/policies',
  tag: 'access',
  summary: 'The access policy: roles, rules of functions and rules of rows',
  access: 'admin',
  query: z.object({ role: roleName.optional().meta({ description: 'Only the rules that name this role' }) }),
  data: policySchema.extend({ version }),
} as const satisfies Endpoint;

export const addPolicy = {
  id: 'addPolicy',
  method: 'post',
  path: '/api/v1/policies',
  tag: 'access',
  summary: 'Adds one rule, of functions or of rows',
  access: 'admin',
  query: expected,
  body: z.discriminatedUnion('type', [
    functionRule.extend({ type: z.literal('function'), id: ruleId.optional() }),
    rowRule.extend({ type: z.literal('row'), id: ruleId.optional() }),
  ]),
  data: changed.extend({ id: z.string() }),
  status: 201,
} as const satisfies Endpoint;

export const removePolicy = {
  id: 'removePolicy',
  method: 'delete',
  path: '/api/v1/policies/{id}',
  tag: 'access',
  summary: 'Removes one rule',
  access: 'admin',
  params: z.object({ id: ruleId }),
  query: expected,
  data: changed,
} as const satisfies Endpoint;

export const replacePolicy = {
  id: 'replacePolicy',
  method: 'put',
  path: '/api/v1/policies',
  tag: 'access',
  summary: 'Puts another policy in place of the whole, or only says what that would change',
  access: 'admin',
  query: z.object({
    version: z.coerce.number().int().min(1).meta({
      description: 'The version that the change was made for; 409 where it is another by now',
    }),
    dryRun: z.enum(['true', 'false']).default('false').meta({ description: 'true: checked, and nothing changed' }),
  }),
  body: policySchema,
  data: changed.extend({
    dryRun: z.boolean(),
    added: z.array(z.string()).meta({ description: 'Names of roles and ids of rules' }),
    removed: z.array(z.string()),
    changed: z.array(z.string()),
    warnings: z.array(z.string()).meta({ description: 'What may be a slip: a path glob that no known endpoint fits' }),
  }),
} as const satisfies Endpoint;

export const explainAccess = {
  id: 'explainAccess',
  method: 'get',
  path: '/api/v1/auth/explain',
  tag: 'access',
  summary: 'Whether a role or a user may make a call, why, and by which rule',
  access: 'admin',
  query: z.object({
    role: roleName.optional().meta({ description: 'Either this or subject' }),
    subject: z.string().min(1).max(64).optional().meta({ description: "A user's id" }),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
    path: z.string().min(1).max(400).startsWith('/').meta({ example: '/api/v1/ticks/600519.SH' }),
  }),
  data: z.object({
    version,
    role: z.string(),
    roles: z.array(z.string()).meta({ description: 'The role and all it inherits from' }),
    endpoint: z.object({ id: z.string(), tag: z.string(), path: z.string(), scope: z.string() }),
    allowed: z.boolean(),
    reason: z.string(),
    rule: functionRuleSchema.optional().meta({ description: 'The rule that decided' }),
    matching: z.array(functionRuleSchema).meta({ description: 'Every rule that fits the call' }),
    rows: rowRightsViewSchema,
  }),
} as const satisfies Endpoint;

/** What the gateway serves of these, all for admins. */
export const ACCESS_ENDPOINTS: readonly Endpoint[] = [
  listRoles,
  getRole,
  createRole,
  changeRole,
  deleteRole,
  listPolicies,
  addPolicy,
  removePolicy,
  replacePolicy,
  explainAccess,
];
