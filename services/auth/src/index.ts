export { type AuthConfig, parseAuthConfig } from './config.ts';
export type { AuthOverrides } from './context.ts';
export { createAuthService } from './create-auth-service.ts';
