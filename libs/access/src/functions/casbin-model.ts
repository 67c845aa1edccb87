/**
 * The model that Casbin decides by. `p` are rules of functions, `p2` rules of rows, `g` says which role inherits from
 * which. In both one rule that denies wins over all that allow, and what no rule allows is refused. The effect of `e2`
 * is spelt with `p`: Casbin knows effects by that text.
 */
export const CASBIN_MODEL = `
[request_definition]
r = role, endpoint, tag, path, method, scope
r2 = role, kind, value

[policy_definition]
p = id, role, resource, action, eft
p2 = id, role, kind, value, eft

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
e2 = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = g(r.role, p.role) && fitsResource(p.resource, r.endpoint, r.tag, r.path) && fitsAction(p.action, r.method, r.scope)
m2 = r2.kind == p2.kind && g(r2.role, p2.role) && fitsValue(p2.kind, p2.value, r2.value)
`;
