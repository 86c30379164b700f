//! Accounts and sign-in. Passwords are hashed with Argon2id and kept outside the record.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use domain::account::{Account, AccountCommand, Accounts};
use domain::{AccountId, Actor, Role};
use jiff::{SignedDuration, Timestamp};
use store::{NewEffect, StoreError};

use super::house::Round;
use super::threats::StoreOr;
use crate::desk::{Ask, Desk, Kept, RETRIES};
use crate::error::AppError;

/// Shortest password taken (NIST SP 800-63B rev. 4 asks for at least 15 when it is the only factor).
pub const PASSWORD_AT_LEAST: usize = 15;
/// Longest password taken, in bytes.
const PASSWORD_AT_MOST: usize = 1024;
/// Failed sign-ins by one name within [`THROTTLE_WINDOW`] after which it has to wait.
const FAILURES_BY_NAME: u64 = 10;
/// The same for one address.
const FAILURES_BY_ADDRESS: u64 = 50;
const THROTTLE_WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Verified when there is no such account, so that the answer takes as long as for one that is there.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Zm9yZXdhcm4tbm9ib2R5$1SQHNTcXNp1V+aJ8W7jc9bQyYV0zQf2oD7bNw6bqk9k";

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInRefused {
    /// Wrong name or password, or switched off: deliberately not said which.
    #[error("name or password is wrong, or the account is switched off")]
    Wrong,
    /// Too many failures lately.
    #[error("too many failed sign-ins; wait 15 minutes or ask a senior officer")]
    TooMany,
    /// Something broke.
    #[error(transparent)]
    Fault(#[from] AppError),
}

impl Desk {
    /// All accounts.
    pub async fn accounts(&self) -> Result<Accounts, AppError> {
        Ok(self.load::<Accounts>("").await?.state.unwrap_or_default())
    }

    /// The person with this sign-in name as an actor, with the roles they hold at this moment; none when there is no
    /// such account or it is switched off. Asked on every request, so that a revoked session ends at once (A14).
    pub async fn actor(&self, name: &str) -> Result<Option<Actor>, AppError> {
        let accounts = self.accounts().await?;
        let account = accounts.named(name).filter(|account| !account.off);
        Ok(account.map(|account| Actor::person(&account.name, &account.roles)))
    }

    /// Opens an account with a password.
    pub async fn open_account(
        &self,
        ask: &Ask,
        name: &str,
        full_name: &str,
        roles: &[Role],
        password: &str,
    ) -> Result<Account, AppError> {
        check_password(password)?;
        self.roles_are_known(roles).await?;
        let id: AccountId = self.ids.new_id(self.clock.now());
        let command =
            AccountCommand::Open { id, name: name.to_owned(), full_name: full_name.to_owned(), roles: roles.to_vec() };
        // The password first: one without an account opens nothing, but an account without one would keep its name for
        // ever and let nobody in.
        self.keep_password(id, password).await?;
        let opened = |accounts: &Accounts| accounts.0.get(&id).cloned();
        let done = self
            .change(ask, command, |accounts| match opened(accounts) {
                Some(account) => Kept::json(200, &account),
                None => Err(AppError::fault("the account vanished")),
            })
            .await;
        if done.is_err() {
            self.store.delete_credential(&id.to_string()).await?;
        }
        opened(&done?).ok_or_else(|| AppError::fault("the account vanished"))
    }

    /// Changes somebody's own password.
    pub async fn change_password(&self, ask: &Ask, id: AccountId, password: &str) -> Result<(), AppError> {
        check_password(password)?;
        self.change_accounts(ask, AccountCommand::ChangePassword { id }).await?;
        self.keep_password(id, password).await
    }

    /// Changes accounts: roles, switching off and on.
    pub async fn change_accounts(&self, ask: &Ask, command: AccountCommand) -> Result<Accounts, AppError> {
        if let AccountCommand::Open { roles, .. } | AccountCommand::ChangeRoles { roles, .. } = &command {
            self.roles_are_known(roles).await?;
        }
        self.change(ask, command, |_| Ok(Kept::nothing())).await
    }

    /// Refuses a role that is neither one of every desk nor of a pack in force or proposed: nobody is ever asked in it.
    async fn roles_are_known(&self, roles: &[Role]) -> Result<(), AppError> {
        let library = self.library().await?;
        let own = library.own_roles();
        let Some(unknown) = roles.iter().find(|role| Role::from_id(role.id()).is_none() && !own.contains(*role)) else {
            return Ok(());
        };
        let known: Vec<&str> = Role::ALL.iter().chain(&own).map(Role::id).collect();
        let problem = format!(
            "no pack in force or proposed has the role `{}`; the roles are: {}",
            unknown.id(),
            known.join(", ")
        );
        Err(AppError::invalid("roles", problem))
    }

    async fn change(
        &self,
        ask: &Ask,
        command: AccountCommand,
        kept: impl Fn(&Accounts) -> Result<Kept, AppError> + Send,
    ) -> Result<Accounts, AppError> {
        for _ in 0..RETRIES {
            let loaded = self.load::<Accounts>("").await?;
            let at = self.clock.now();
            let events = loaded.state.clone().unwrap_or_default().decide(command.clone(), &ask.actor)?;
            let (before, version) = (loaded.state.clone().unwrap_or_default(), loaded.version);
            let (mut write, after) = loaded.write(self.borne(at), ask.actor.name(), &events)?;
            write.effects = leaving(&before, &after, version, at)?;
            match self.commit_keeping(ask, at, vec![write], kept(&after)?).await.map_err(StoreOr::from) {
                Err(StoreOr::Store(StoreError::Conflict { .. })) => {}
                other => return other.map(|()| after).map_err(AppError::from),
            }
        }
        Err(AppError::Busy)
    }

    /// Checks a name and a password, throttled by name and by address.
    pub async fn sign_in(&self, name: &str, password: &str, address: &str) -> Result<Account, SignInRefused> {
        match self.throttle(name, address).await {
            Err(AppError::TooMany) => return Err(SignInRefused::TooMany),
            other => other?,
        }
        let accounts = self.accounts().await?;
        let account = accounts.named(name);
        let hash = match account {
            Some(account) => self.store.credential(&account.id.to_string()).await.map_err(AppError::from)?,
            None => None,
        };
        let right = self.verify(hash.clone().unwrap_or_else(|| NOBODY.to_owned()), password.to_owned()).await?;
        match account {
            Some(account) if right && hash.is_some() && !account.off => Ok(account.clone()),
            Some(_) | None => {
                self.store.note_failed_sign_in(name, address, self.clock.now()).await.map_err(AppError::from)?;
                Err(SignInRefused::Wrong)
            }
        }
    }

    /// Refuses when too many attempts failed lately, by this name or from this address.
    pub(crate) async fn throttle(&self, name: &str, address: &str) -> Result<(), AppError> {
        let now = self.clock.now();
        let since = now.saturating_sub(THROTTLE_WINDOW).unwrap_or(now);
        let failed = self.store.failed_sign_ins(name, address, since).await?;
        if failed.by_name >= FAILURES_BY_NAME || failed.by_address >= FAILURES_BY_ADDRESS {
            return Err(AppError::TooMany);
        }
        Ok(())
    }

    /// Hashing is slow on purpose and takes memory; only a few run at a time, away from the async threads.
    async fn verify(&self, hash: String, password: String) -> Result<bool, AppError> {
        let _permit = self.hashing.acquire().await.map_err(AppError::fault)?;
        let check = move || {
            let parsed = PasswordHash::new(&hash).ok()?;
            Argon2::default().verify_password(password.as_bytes(), &parsed).ok()
        };
        Ok(tokio::task::spawn_blocking(check).await.map_err(AppError::fault)?.is_some())
    }

    async fn keep_password(&self, id: AccountId, password: &str) -> Result<(), AppError> {
        let _permit = self.hashing.acquire().await.map_err(AppError::fault)?;
        let (salt, password) = (self.ids.bytes::<16>(), password.to_owned());
        let make =
            move || Argon2::default().hash_password_with_salt(password.as_bytes(), &salt).map(|hash| hash.to_string());
        let hash = tokio::task::spawn_blocking(make).await.map_err(AppError::fault)?.map_err(AppError::fault)?;
        Ok(self.store.set_credential(&id.to_string(), &hash, self.clock.now()).await?)
    }
}

/// What the workers do about those who worked here before a change and do not any more.
fn leaving(before: &Accounts, after: &Accounts, version: u64, at: Timestamp) -> Result<Vec<NewEffect>, AppError> {
    let works = |accounts: &Accounts, id| accounts.0.get(&id).is_some_and(Account::works);
    let gone = before.0.values().filter(|account| account.works() && !works(after, account.id));
    gone.map(|account| Round::LetGo(account.name.clone()).effect(&format!("{}/{version}", account.id), at)).collect()
}

/// Refuses a password that is too short or too long.
pub fn check_password(password: &str) -> Result<(), AppError> {
    if password.chars().count() < PASSWORD_AT_LEAST || password.len() > PASSWORD_AT_MOST {
        let problem = format!("has fewer than {PASSWORD_AT_LEAST} characters (or more than {PASSWORD_AT_MOST} bytes)");
        return Err(AppError::invalid("password", problem));
    }
    Ok(())
}
