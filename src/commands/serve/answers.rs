//! What the socket of an agent answers.

use std::rc::Rc;

use serde::Serialize;

use super::share::Share;
use super::socket::{Answers, PATIENCE, line_of};
use super::supply::Supply;
use crate::agent::Request;

impl Answers for Supply {
    async fn answer(self: &Rc<Self>, request: Request, client: Option<i32>) -> String {
        self.note_request();
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
            Request::Share(asked) => match Share::open(self, asked, client) {
                Ok(()) => done(),
                Err(refusal) => line_of(Err::<(), _>(refusal)),
            },
            Request::Stop => {
                self.stopped.notify_one();
                done()
            }
        }
    }

    fn reject_user(&self, user: u32) {
        self.say(&format!("rejected a connection from user id {user}"));
    }
}

fn done() -> String {
    #[derive(Serialize)]
    struct Empty {}
    line_of(Ok(Empty {}))
}
