import type { authApi } from '@quotefleet/contracts';
import { toShanghaiIso } from '@quotefleet/service-kit';
import { openEmail, type Sealing } from './sealing.ts';
import type { User } from './user.ts';

/** A user as admins see them; never a hash. */
export function toUserView(user: User, totp: boolean, sealing: Sealing | undefined): authApi.UserView {
  const { id, username, role, createdAt, disabledAt } = user;
  const view = { id, username, role, totp, disabled: disabledAt !== undefined, createdAt: toShanghaiIso(createdAt) };
  return { ...view, ...addressOf(user, sealing) };
}

/** The confirmed address of a user. */
export function addressOf(user: User, sealing: Sealing | undefined): { email?: string; emailVerified: boolean } {
  const { id, emailSealed, emailVerifiedAt } = user;
  const email = sealing && emailSealed !== undefined ? openEmail(sealing, id, emailSealed) : undefined;
  return { ...(email === undefined ? {} : { email }), emailVerified: emailVerifiedAt !== undefined };
}
