//! What the socket of an agent answers.

use std::rc::Rc;
use std::time::Duration;

use serde::Serialize;

use super::socket::{Answers, line_of};
use super::supply::Supply;
use crate::agent::Request;

/// How long a client of the socket waits for AWS.
const PATIENCE: Duration = Duration::from_secs(10);

impl Answers for Supply {
    async fn answer(self: &Rc<Self>, request: Request) -> String {
        self.heard();
        match request {
            Request::Credentials(request) => line_of(self.session(&request, PATIENCE).await),
            Request::Status => line_of(Ok(self.status())),
            Request::Deposit(deposit) => {
                self.deposit(deposit);
                done()
            }
            Request::Forget(forget) => {
                self.forget(&forget);
                done()
            }
            Request::Stop => {
                self.stopped.notify_one();
                done()
            }
        }
    }

    fn turned_away(&self, user: u32) {
        self.say(&format!("turned away the user with the number {user}"));
    }
}

fn done() -> String {
    #[derive(Serialize)]
    struct Nothing {}
    line_of(Ok(Nothing {}))
}
