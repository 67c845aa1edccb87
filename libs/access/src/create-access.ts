import type { FunctionRule, Identity, Policy, RowRule, Scope } from '@quotefleet/contracts';
import { type EndpointCall, KNOWN_CALLS } from './functions/endpoints.ts';
import { createEnforcer, type PolicyEnforcer } from './functions/enforcer.ts';
import { fitsAction, fitsResource } from './functions/fits.ts';
import { createRowRights, type RowRights } from './rows/row-rights.ts';

/** Decisions kept; there are as many as roles times endpoints. */
const DECISIONS_MAX = 100_000;
const SCOPES: readonly Scope[] = ['read', 'write', 'admin'];

/** Whether a call is allowed, and why. */
export interface Decision {
  allowed: boolean;
  /** One sentence; where refused it names the right that is missing. */
  reason: string;
  /** The rule that decided; none where no rule fits, or where the token lacks a scope. */
  rule: FunctionRule | undefined;
}

/** A decision with all it was made from. */
export interface Explanation extends Decision {
  role: string;
  /** The role and every role it inherits from. */
  roles: readonly string[];
  /** Every rule of functions that fits the call. */
  matching: readonly FunctionRule[];
  rows: RowRights;
}

/** One version of the policy, ready to be asked. Every answer is pure, and kept: asking twice costs a look-up. */
export interface Access {
  /** Whether somebody may make a call: by the scopes of their token or key, then by the rules of their role. */
  decide(identity: Pick<Identity, 'role' | 'scopes'>, call: EndpointCall): Decision;
  /** Which rows a role may see; none where the role is not known. */
  rowsOf(role: string): RowRights;
  /** What tokens and keys of a role may carry: each scope by which it may call something. */
  scopesOf(role: string): readonly Scope[];
  /** The rules of functions that hold for a role, inherited ones included. */
  functionsOf(role: string): readonly FunctionRule[];
  /** As `decide` with every scope of the role, and what it comes from. */
  explain(role: string, call: EndpointCall): Explanation;
}

/** Makes a policy ready. It must have been checked (`checkPolicy`) before it was kept. */
export async function createAccess(policy: Policy): Promise<Access> {
  const enforcer = await createEnforcer(policy);
  const lines = new Map<string, readonly string[]>();
  for (const { name } of policy.roles) lines.set(name, await enforcer.lineOf(name));
  return new CasbinAccess(policy, enforcer, lines);
}

class CasbinAccess implements Access {
  readonly #functions: ReadonlyMap<string, FunctionRule>;
  readonly #rows: readonly RowRule[];
  readonly #enforcer: PolicyEnforcer;
  readonly #lines: ReadonlyMap<string, readonly string[]>;
  readonly #decisions = new Map<string, Map<string, Decision>>();
  readonly #rights = new Map<string, RowRights>();
  readonly #scopes = new Map<string, readonly Scope[]>();

  constructor({ functions, rows }: Policy, enforcer: PolicyEnforcer, lines: ReadonlyMap<string, readonly string[]>) {
    this.#functions = new Map(functions.map((rule) => [rule.id, rule]));
    this.#rows = rows;
    this.#enforcer = enforcer;
    this.#lines = lines;
    for (const role of lines.keys()) this.#decisions.set(role, new Map());
  }

  decide({ role, scopes }: Pick<Identity, 'role' | 'scopes'>, call: EndpointCall): Decision {
    const { scope } = call;
    if (scope !== 'public' && !scopes.includes(scope))
      return { allowed: false, reason: `this endpoint needs the scope ${scope}`, rule: undefined };
    const decisions = this.#decisions.get(role);
    // Whoever makes up names of roles must not fill the memory.
    if (!decisions) return { allowed: false, reason: `the role ${role} is not known`, rule: undefined };
    const key = `${call.scope} ${call.method} ${call.path} ${call.endpointId}`;
    const known = decisions.get(key);
    if (known) return known;
    const decision = this.#judge(role, call);
    if (decisions.size >= DECISIONS_MAX) decisions.clear();
    decisions.set(key, decision);
    return decision;
  }

  #judge(role: string, call: EndpointCall): Decision {
    const { allowed, ruleId } = this.#enforcer.judge(role, call);
    const rule = ruleId === undefined ? undefined : this.#functions.get(ruleId);
    return { allowed, rule, reason: reasonOf(role, call, allowed, rule) };
  }

  rowsOf(role: string): RowRights {
    const known = this.#rights.get(role);
    if (known) return known;
    const line = this.#lines.get(role);
    if (!line) return createRowRights(role, []);
    const rights = createRowRights(
      role,
      this.#rows.filter((rule) => line.includes(rule.role)),
    );
    this.#rights.set(role, rights);
    return rights;
  }

  scopesOf(role: string): readonly Scope[] {
    const known = this.#scopes.get(role);
    if (known) return known;
    if (!this.#lines.has(role)) return [];
    const scopes = SCOPES.filter((scope) => this.#givesScope(role, scope));
    this.#scopes.set(role, scopes);
    return scopes;
  }

  /** A rule that names the scope gives it too: it may be about a route that only the gateway's file knows. */
  #givesScope(role: string, scope: Scope): boolean {
    return (
      this.functionsOf(role).some(({ action, effect }) => action === scope && effect === 'allow') ||
      KNOWN_CALLS.some((call) => call.scope === scope && this.decide({ role, scopes: SCOPES as Scope[] }, call).allowed)
    );
  }

  functionsOf(role: string): readonly FunctionRule[] {
    const line = this.#lines.get(role) ?? [];
    return [...this.#functions.values()].filter((rule) => line.includes(rule.role));
  }

  explain(role: string, call: EndpointCall): Explanation {
    const { endpointId, tag, path, method, scope } = call;
    return {
      ...this.decide({ role, scopes: [...this.scopesOf(role)] }, call),
      role,
      roles: this.#lines.get(role) ?? [],
      matching: this.functionsOf(role).filter(
        ({ resource, action }) => fitsResource(resource, endpointId, tag, path) && fitsAction(action, method, scope),
      ),
      rows: this.rowsOf(role),
    };
  }
}

function reasonOf(role: string, call: EndpointCall, allowed: boolean, rule: FunctionRule | undefined): string {
  const what = `${call.endpointId} (${call.scope})`;
  if (!rule) return `the role ${role} has no right to call ${what}`;
  const by = `the rule ${rule.id}${rule.role === role ? '' : ` of ${rule.role}`}`;
  return allowed
    ? `the role ${role} may call ${what} by ${by}`
    : `the role ${role} may not call ${what}: ${by} denies it`;
}
