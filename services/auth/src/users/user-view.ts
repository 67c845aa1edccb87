import type { authApi } from '@quotefleet/contracts';
import { toShanghaiIso } from '@quotefleet/service-kit';
import { openEmail, openPhone, type Sealing } from './sealing.ts';
import type { User } from './user.ts';

/** A user as admins see them; never a hash. */
export function toUserView(user: User, totp: boolean, sealing: Sealing | undefined): authApi.UserView {
  const { id, username, role, createdAt, disabledAt } = user;
  const view = { id, username, role, totp, disabled: disabledAt !== undefined, createdAt: toShanghaiIso(createdAt) };
  const phone = phoneOf(user, sealing);
  return { ...view, ...addressOf(user, sealing), ...(phone === undefined ? {} : { phone: mask(phone) }) };
}

export function phoneOf({ id, phoneSealed }: User, sealing: Sealing | undefined): string | undefined {
  return sealing && phoneSealed !== undefined ? openPhone(sealing, id, phoneSealed) : undefined;
}

/** Enough to tell numbers apart by, as `+86*********78`. */
function mask(phone: string): string {
  return phone.slice(0, 3) + '*'.repeat(phone.length - 5) + phone.slice(-2);
}

/** The confirmed address of a user. */
export function addressOf(user: User, sealing: Sealing | undefined): { email?: string; emailVerified: boolean } {
  const { id, emailSealed, emailVerifiedAt } = user;
  const email = sealing && emailSealed !== undefined ? openEmail(sealing, id, emailSealed) : undefined;
  return { ...(email === undefined ? {} : { email }), emailVerified: emailVerifiedAt !== undefined };
}
