/// Commands about comments. A comment is named by its id; `query.comments` tells it.
extension Session {
    /// Adds a comment in Markdown, or answers one. `@name` and `KEY-n` in it are mentions.
    @discardableResult
    public func addComment(
        to item: String,
        _ text: String,
        replyTo: String? = nil,
        external: ExternalRef? = nil,
        id: String? = nil,
        commandId: String? = nil
    ) throws -> PartResult {
        let comment = NewComment(id: id, item: item, replyTo: replyTo, text: text, external: external)
        return try one(.addComment(comment), commandId)
    }

    /// Changes the text of a comment of one's own.
    @discardableResult
    public func editComment(
        _ comment: String, _ text: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.editComment(comment: comment, text: text), commandId, expectedVersion)
    }

    /// Deletes a comment; answers to it stay. It can be restored.
    @discardableResult
    public func deleteComment(
        _ comment: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.deleteComment(comment: comment), commandId, expectedVersion)
    }

    /// Brings a deleted comment back.
    @discardableResult
    public func restoreComment(
        _ comment: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.restoreComment(comment: comment), commandId, expectedVersion)
    }

    /// Removes the text of a comment for good, everywhere; for admins of the tenant.
    @discardableResult
    public func purgeComment(
        _ comment: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.purgeComment(comment: comment), commandId, expectedVersion)
    }
}
