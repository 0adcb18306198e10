//! Which claims say what: the names and words that this server's tokens use.

use pm_engine::command::Actor;
use pm_engine::model::{ActorKind, TenantId, TenantRole, UserId};
use serde_json::{Map, Value};

use super::{AuthError, Claims, Identity, KeyId, Kind, Role};
use crate::config::AuthConfig;

/// Reads and writes claims.
#[derive(Clone, Debug)]
pub(super) struct Mapping {
    tenant: String,
    user: String,
    role: String,
    kind: String,
    name: String,
    email: String,
    admin_roles: Vec<String>,
    member_roles: Vec<String>,
    issuer: Option<String>,
    audience: Option<String>,
}

impl Mapping {
    pub(super) fn new(config: &AuthConfig) -> Self {
        Self {
            tenant: config.tenant_claim.clone(),
            user: config.user_claim.clone(),
            role: config.role_claim.clone(),
            kind: config.kind_claim.clone(),
            name: config.name_claim.clone(),
            email: config.email_claim.clone(),
            admin_roles: config.admin_roles.clone(),
            member_roles: config.member_roles.clone(),
            issuer: config.issuers.first().cloned(),
            audience: config.audiences.first().cloned(),
        }
    }

    /// Settings and the names of claims they hold, to be looked at by who checks them.
    pub(super) fn names(&self) -> [(&'static str, &str); 6] {
        [
            ("auth.tenant_claim", &self.tenant),
            ("auth.user_claim", &self.user),
            ("auth.role_claim", &self.role),
            ("auth.kind_claim", &self.kind),
            ("auth.name_claim", &self.name),
            ("auth.email_claim", &self.email),
        ]
    }

    /// Whom the claims that a key verified vouch for. Nothing is guessed: what is malformed or unknown is refused.
    pub(super) fn read(&self, claims: &Value, key: KeyId) -> Result<Identity, AuthError> {
        let needed = |name, what| text(claims, name, what)?.ok_or(AuthError::Claim(what));
        let tenant = TenantId::new(needed(&self.tenant, TENANT)?).map_err(|_| AuthError::Claim(TENANT))?;
        let user = UserId::new(needed(&self.user, USER)?).map_err(|_| AuthError::Claim(USER))?;
        let role = self.role(find(claims, &self.role)).ok_or(AuthError::Claim("the role"))?;
        let kind = kind(text(claims, &self.kind, KIND)?.as_deref()).ok_or(AuthError::Claim(KIND))?;
        Ok(Identity {
            tenant,
            actor: Actor { user, kind, role, on_behalf_of: None },
            name: text(claims, &self.name, "the name")?,
            email: text(claims, &self.email, "the e-mail address")?,
            issued_at: instant(claims.get("iat"), "the instant of issue")?.unwrap_or(0),
            expires_at: instant(claims.get("exp"), EXPIRY)?.ok_or(AuthError::Claim(EXPIRY))?,
            key,
        })
    }

    /// Of a list, which an identity provider fills with roles of other programs too, the strongest one that is known.
    fn role(&self, claim: Option<&Value>) -> Option<TenantRole> {
        let has = |words: &[String]| match claim {
            Some(Value::String(word)) => words.contains(word),
            Some(Value::Array(all)) => all
                .iter()
                .any(|word| word.as_str().is_some_and(|word| words.iter().any(|known| known == word))),
            _ => false,
        };
        if has(&self.admin_roles) {
            Some(TenantRole::Admin)
        } else {
            has(&self.member_roles).then_some(TenantRole::Member)
        }
    }

    /// The claims, as `read` understands them; `None` where the names leave no place for one of them.
    pub(super) fn write(&self, claims: &Claims) -> Option<Value> {
        let role = match claims.role {
            Role::Admin => self.admin_roles.first(),
            Role::Member => self.member_roles.first(),
        };
        let kind = claims.kind.map(|kind| match kind {
            Kind::Human => "human",
            Kind::Agent => "agent",
            Kind::System => "system",
        });
        let mut written = Map::new();
        for (name, value) in [
            (&*self.tenant, Some(&*claims.tenant)),
            (&self.user, Some(&claims.sub)),
            (&self.role, Some(role?)),
            (&self.kind, kind),
            (&self.name, claims.name.as_deref()),
            (&self.email, claims.email.as_deref()),
            ("iss", self.issuer.as_deref()),
            ("aud", self.audience.as_deref()),
        ] {
            if let Some(value) = value {
                put(&mut written, name, value.into())?;
            }
        }
        put(&mut written, "iat", claims.iat.into())?;
        put(&mut written, "exp", claims.exp.into())?;
        Some(Value::Object(written))
    }
}

const TENANT: &str = "the tenant";
const USER: &str = "the user";
const KIND: &str = "the kind of actor";
/// Also what the verification of times says.
pub(super) const EXPIRY: &str = "the expiry";

/// A claim by its name, or by its path (RFC 6901): names with dots in them are names, as of `https://example.com/role`.
fn find<'a>(claims: &'a Value, name: &str) -> Option<&'a Value> {
    let found = if name.starts_with('/') { claims.pointer(name) } else { claims.get(name) };
    found.filter(|value| !value.is_null())
}

fn text(claims: &Value, name: &str, what: &'static str) -> Result<Option<String>, AuthError> {
    match find(claims, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(AuthError::Claim(what)),
    }
}

fn kind(word: Option<&str>) -> Option<ActorKind> {
    match word {
        None | Some("human") => Some(ActorKind::Human),
        Some("agent") => Some(ActorKind::Agent),
        Some("system") => Some(ActorKind::System),
        Some(_) => None,
    }
}

/// Seconds since 1970; fractions are legal and cut off.
fn instant(claim: Option<&Value>, what: &'static str) -> Result<Option<u64>, AuthError> {
    let Some(value) = claim else { return Ok(None) };
    let fraction =
        || value.as_f64().filter(|seconds| (0.0..1e15).contains(seconds)).map(|seconds| seconds as u64);
    value.as_u64().or_else(fraction).map(Some).ok_or(AuthError::Claim(what))
}

/// Puts a claim where [`find`] finds it; `None` where something else is in its place already.
fn put(claims: &mut Map<String, Value>, name: &str, value: Value) -> Option<()> {
    let Some(path) = name.strip_prefix('/') else {
        return claims.insert(name.to_owned(), value).is_none().then_some(());
    };
    let mut steps = path.split('/').map(|step| step.replace("~1", "/").replace("~0", "~"));
    let mut last = steps.next()?;
    let mut place = claims;
    for step in steps {
        place = place.entry(last).or_insert_with(|| Value::Object(Map::new())).as_object_mut()?;
        last = step;
    }
    place.insert(last, value).is_none().then_some(())
}
