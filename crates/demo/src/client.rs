//! Somebody at the desk, as a client of its HTTP API: the demonstration does nothing that a person could not.

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::DemoError;

/// The password of every demonstration account.
pub const PASSWORD: &str = "demonstration only";

/// One person, signed in.
pub struct Person {
    /// Sign-in name.
    pub name: &'static str,
    client: Client,
    base: String,
}

/// A rule said no; what it said.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The rule's name.
    pub rule: String,
    /// In words.
    pub what: String,
}

/// An answer, or a refusal by a rule.
pub type Said = Result<Value, Refused>;

impl Person {
    /// Signs in.
    pub async fn sign_in(base: &str, name: &'static str) -> Result<Self, DemoError> {
        let client = Client::builder().cookie_store(true).no_proxy().build()?;
        let person = Self { name, client, base: base.to_owned() };
        person.must("session", &json!({"name": name, "password": PASSWORD})).await?;
        Ok(person)
    }

    /// Looks something up.
    pub async fn get(&self, path: &str) -> Result<Value, DemoError> {
        let said = self.ask(Method::GET, path, None).await?;
        said.map_err(|refused| DemoError::Story(format!("GET {path}: {}", refused.what)))
    }

    /// Does something that is expected to be done.
    pub async fn must(&self, path: &str, body: &Value) -> Result<Value, DemoError> {
        let said = self.try_to(path, body).await?;
        said.map_err(|refused| DemoError::Story(format!("POST {path}: {} ({})", refused.what, refused.rule)))
    }

    /// Tries something that a rule may refuse.
    pub async fn try_to(&self, path: &str, body: &Value) -> Result<Said, DemoError> {
        self.ask(Method::POST, path, Some(body)).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Said, DemoError> {
        let mut request = self.client.request(method, format!("{}/api/v1/{path}", self.base));
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status();
        let answer: Value = response.json().await?;
        if status.is_success() {
            return Ok(Ok(answer));
        }
        let text = |key: &str| answer.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        if status == StatusCode::CONFLICT {
            return Ok(Err(Refused { rule: text("rule"), what: text("detail") }));
        }
        Err(DemoError::Story(format!("{path} answered {status}: {}", text("detail"))))
    }
}

/// Opens a recipient's acknowledgement page and answers it, as a browser without script would.
pub async fn acknowledge(link: &str, person: &str, words: &str) -> Result<(), DemoError> {
    press(link, &[("person", person), ("words", words)]).await
}

/// Opens the page of a call and presses its button.
pub async fn take_up(link: &str, words: &str) -> Result<(), DemoError> {
    press(link, &[("words", words)]).await
}

/// The text of a mail and the link in it that begins so; none when there is none.
pub fn linked(mail: &[u8], begins: &str) -> Option<(String, String)> {
    let parsed = mail_parser::MessageParser::default().parse(mail)?;
    let text = parsed.body_text(0)?.into_owned();
    let link = text.split_whitespace().find(|word| word.starts_with(begins))?;
    let link = link.trim_end_matches(['.', ',', ')', '>']).to_owned();
    Some((text, link))
}

async fn press(link: &str, form: &[(&str, &str)]) -> Result<(), DemoError> {
    let client = Client::builder().no_proxy().build()?;
    client.get(link).send().await?.error_for_status()?;
    let body = form.iter().map(|(key, value)| format!("{key}={}", encoded(value))).collect::<Vec<_>>().join("&");
    let request = client.post(link).header("content-type", "application/x-www-form-urlencoded").body(body);
    request.send().await?.error_for_status()?;
    Ok(())
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
