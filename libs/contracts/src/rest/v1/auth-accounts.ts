import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import {
  changedAnswer,
  email,
  newPassword,
  phone,
  roleName,
  scope,
  secondFactor,
  typedPassword,
  username,
} from './auth-common.ts';

const oneTimeToken = z.string().min(1).max(200);
const acceptedAnswer = z.object({ accepted: z.literal(true) });

export const registerUser = {
  id: 'registerUser',
  method: 'post',
  path: '/api/v1/auth/register',
  tag: 'auth',
  summary: 'Registers a user with the role `user`',
  description:
    'Where registration is by invitation, `invitation` is needed. An e-mail address counts once its owner has ' +
    'confirmed it; one that somebody else has already gets the same answer.',
  access: 'public',
  body: z
    .object({ username, password: newPassword, email: email.optional(), invitation: oneTimeToken.optional() })
    .strict(),
  data: z.object({ id: z.string(), username: z.string(), role: z.string() }),
  status: 201,
} as const satisfies Endpoint;

export const createInvitation = {
  id: 'createInvitation',
  method: 'post',
  path: '/api/v1/auth/invitations',
  tag: 'auth',
  summary: 'Makes an invitation to register, good for one user; it is shown this once',
  access: 'admin',
  body: z.object({ role: roleName, expiresInDays: z.int().min(1).max(90).default(7) }).strict(),
  data: z.object({ invitation: z.string(), role: roleName, expiresAt: z.string() }),
  status: 201,
} as const satisfies Endpoint;

export const whoAmI = {
  id: 'whoAmI',
  method: 'get',
  path: '/api/v1/auth/me',
  tag: 'auth',
  summary: 'Who the caller is and what the call may do',
  access: 'read',
  data: z.object({
    id: z.string(),
    username: z.string().optional().meta({ description: 'Absent where an OAuth client acts for itself' }),
    role: roleName,
    scopes: z.array(scope),
    session: z.string().optional(),
    email: z.string().optional(),
    emailVerified: z.boolean(),
    phone: z.string().optional(),
    totp: z.boolean().meta({ description: 'Whether a second factor is asked for at sign-in' }),
  }),
} as const satisfies Endpoint;

export const changeEmail = {
  id: 'changeEmail',
  method: 'post',
  path: '/api/v1/auth/email',
  tag: 'auth',
  summary: "Asks to make this the caller's e-mail address; it is so once the token sent there comes back",
  access: 'read',
  body: z.object({ email, currentPassword: typedPassword }).strict(),
  data: acceptedAnswer,
  status: 202,
} as const satisfies Endpoint;

export const changePhone = {
  id: 'changePhone',
  method: 'post',
  path: '/api/v1/auth/phone',
  tag: 'auth',
  summary: "Keeps a phone number of the caller's, or takes it away",
  description: 'It is sealed in the database; admins see it masked.',
  access: 'read',
  body: z
    .object({
      phone: phone.nullable().meta({ description: 'null takes it away', example: '+8613800138000' }),
      currentPassword: typedPassword,
    })
    .strict(),
  data: changedAnswer,
} as const satisfies Endpoint;

export const verifyEmail = {
  id: 'verifyEmail',
  method: 'post',
  path: '/api/v1/auth/email/verify',
  tag: 'auth',
  summary: 'Confirms an e-mail address by the token that was sent to it',
  access: 'public',
  body: z.object({ token: oneTimeToken }).strict(),
  data: changedAnswer,
} as const satisfies Endpoint;

export const requestPasswordReset = {
  id: 'requestPasswordReset',
  method: 'post',
  path: '/api/v1/auth/password/forgot',
  tag: 'auth',
  summary: 'Sends a token to a confirmed e-mail address; the answer is the same where nobody has it',
  access: 'public',
  body: z.object({ email }).strict(),
  data: acceptedAnswer,
  status: 202,
} as const satisfies Endpoint;

export const resetPassword = {
  id: 'resetPassword',
  method: 'post',
  path: '/api/v1/auth/password/reset',
  tag: 'auth',
  summary: 'Sets a password by the token that was sent; every session of the user ends',
  access: 'public',
  body: z.object({ token: oneTimeToken, newPassword }).strict(),
  data: changedAnswer,
} as const satisfies Endpoint;

export const enrolTotp = {
  id: 'enrolTotp',
  method: 'post',
  path: '/api/v1/auth/totp/enrol',
  tag: 'auth',
  summary: 'Makes a seed for an authenticator; nothing changes until it is confirmed',
  access: 'read',
  body: z.object({ currentPassword: typedPassword }).strict(),
  data: z.object({
    secret: z.string().meta({ description: 'Base32, shown this once' }),
    uri: z.string().meta({ description: 'otpauth:// for a QR code' }),
  }),
} as const satisfies Endpoint;

export const confirmTotp = {
  id: 'confirmTotp',
  method: 'post',
  path: '/api/v1/auth/totp/confirm',
  tag: 'auth',
  summary: 'Turns the second factor on by a first code; answers with recovery codes, shown this once',
  access: 'read',
  body: z.object({ totp: secondFactor }).strict(),
  data: z.object({ recoveryCodes: z.array(z.string()) }),
} as const satisfies Endpoint;

export const disableTotp = {
  id: 'disableTotp',
  method: 'post',
  path: '/api/v1/auth/totp/disable',
  tag: 'auth',
  summary: 'Turns the second factor off',
  access: 'read',
  body: z.object({ currentPassword: typedPassword, totp: secondFactor }).strict(),
  data: changedAnswer,
} as const satisfies Endpoint;
