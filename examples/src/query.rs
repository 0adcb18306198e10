//! Asking: the same connection that takes commands answers questions.

use pm_engine::query::{Answer, Question};
use pm_engine::wire;
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body;
use prost::Message as _;

use crate::client::{Client, ClientError};

impl Client {
    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// Where the question is refused or the server fails.
    pub async fn query(&mut self, question: &Question) -> Result<Answer, ClientError> {
        let request = Ask::Query(wire::question_to_wire(question));
        let id = self.connection().send(request).await?;
        self.answered(id).await
    }

    /// Waits for the answer to a question sent before. One that is larger than a frame comes in pieces, perhaps with
    /// other frames between them.
    ///
    /// # Errors
    /// Where the question is refused or the server fails.
    pub async fn answered(&mut self, request_id: u64) -> Result<Answer, ClientError> {
        let most = self.welcome().limits.as_ref().map_or(0, |limits| limits.answer_bytes_max);
        let most = usize::try_from(most).unwrap_or(0);
        let mut parts = Vec::new();
        let answer = loop {
            match self.connection().answer(request_id).await? {
                Body::Answer(answer) => break answer,
                Body::AnswerPart(pb::AnswerPart { part, .. }) if parts.len() + part.len() > most => {
                    return Err(ClientError::Unexpected("more bytes than an answer has".to_owned()));
                }
                Body::AnswerPart(pb::AnswerPart { part, last }) => {
                    parts.extend(part);
                    if last {
                        let whole = pb::Answer::decode(parts.as_slice());
                        break whole.map_err(|error| ClientError::Unexpected(error.to_string()))?;
                    }
                }
                Body::Rejection(rejection) => return Err(ClientError::Rejected(Box::new(rejection))),
                Body::Failure(failure) => return Err(ClientError::Failed(failure)),
                other => return Err(ClientError::Unexpected(format!("{other:?}"))),
            }
        };
        wire::answer_from_wire(answer).map_err(|error| ClientError::Unexpected(error.to_string()))
    }
}
